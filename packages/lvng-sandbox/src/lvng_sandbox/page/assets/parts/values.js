// How single values are shown: status, method, moments, durations.

import { html, nothing } from "../vendor/lit-html/lit-html.js";

// The class of a status by which it is coloured and filtered: `2xx` and so on; `reset` for none.
export const statusClass = (status) => (status ? `${Math.floor(status / 100)}xx` : "reset");

export const statusBadge = (status) => html`<span class="badge s${statusClass(status)}">${status || "reset"}</span>`;

const TONES = {
  delivered: "s2xx", sent: "s2xx", completed: "s2xx", active: "s2xx", indexed: "s2xx",
  queued: "s3xx", pending: "s3xx", running: "s3xx", processing: "s3xx",
  retrying: "s4xx", paused: "s4xx", complained: "s4xx",
  failed: "s5xx", bounced: "s5xx", error: "s5xx",
};

// A state in words, coloured if it is a known one.
export const stateBadge = (state) => html`<span class="badge ${TONES[state] ?? ""}">${state}</span>`;

export const method = (name) => html`<span class="method">${name}</span>`;

// A moment in the reader's time zone; the whole of it as a tooltip.
export function moment(text, { withDate = false } = {}) {
  const date = new Date(text ?? "");
  if (Number.isNaN(date.getTime())) return nothing;
  const time = date.toLocaleTimeString("en-GB");
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return html`<time datetime=${text} title=${text}>${withDate || !isToday(date) ? `${day}, ${time}` : time}</time>`;
}

const isToday = (date) => date.toDateString() === new Date().toDateString();

export const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.round(milliseconds * 10) / 10} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

export const count = (number) => number.toLocaleString("en-GB");

export const plural = (number, noun) => `${count(number)} ${number === 1 ? noun : noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;

export function bytes(number) {
  if (number < 1024) return `${number} B`;
  return number < 1024 ** 2 ? `${Math.round(number / 1024)} KiB` : `${(number / 1024 ** 2).toFixed(1)} MiB`;
}

// The query of a request as it is written in an address.
export const searchOf = (query) => (query.length ? `?${new URLSearchParams(query)}` : "");

// What is shown where there is nothing.
export const empty = (title, text) => html`<div class="empty"><p><strong>${title}</strong></p><p>${text}</p></div>`;
