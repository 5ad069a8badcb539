// JSON as a tree whose branches open and close. Texts stay texts: nothing in them is markup.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { update } from "../render.js";
import { copyButton } from "./copy.js";

const OPEN_DEPTH = 2; // levels that are open at first
const MANY = 100; // entries of one branch that are shown at first
const LONG = 2000; // characters of a text that are shown at first

// What was opened or closed by hand, by tree and path; the rest is as the depth says.
const toggled = new Map();
const whole = new Set();

// A tree with a title, and a button that copies it as text.
export const jsonPanel = (title, value, id, { note = "" } = {}) => html`<section class="panel" aria-label=${title}>
  <header><h3>${title}</h3>${note && html`<span class="dim">${note}</span>`}<span class="grow"></span>
    ${copyButton(() => textOf(value), `Copy ${title.toLowerCase()}`, { isQuiet: true })}</header>
  <div class="json" tabindex="0" role="group" aria-label="${title}, JSON">${jsonTree(value, id)}</div>
</section>`;

const textOf = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

// A tree without a frame. `id` tells it from other trees, so that it stays open when the page is drawn again.
export const jsonTree = (value, id) => branch(value, id, 0, nothing);

function branch(value, path, depth, name) {
  if (value === null || typeof value !== "object") return html`<div class="leaf">${name}${leaf(value, path)}</div>`;
  const entries = Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (!entries.length) return html`<div class="leaf">${name}<span class="dim">${open}${close}</span></div>`;
  const isOpen = toggled.get(path) ?? depth < OPEN_DEPTH;
  const amount = Array.isArray(value) ? `${entries.length}` : entries.slice(0, 4).map(([key]) => key).join(", ");
  return html`<details ?open=${isOpen} @toggle=${(event) => toggle(event, path)}>
    <summary>${name}<span class="dim">${open}${isOpen ? "" : ` ${amount}${entries.length > 4 ? " …" : ""} ${close}`}</span></summary>
    ${isOpen ? children(value, entries, path, depth) : nothing}
    ${isOpen ? html`<div class="dim">${close}</div>` : nothing}
  </details>`;
}

function children(value, entries, path, depth) {
  const shown = whole.has(path) ? entries : entries.slice(0, MANY);
  return html`<div class="branch">
    ${shown.map(([key, one]) => branch(one, `${path}/${key}`, depth + 1, keyOf(key, Array.isArray(value))))}
    ${shown.length < entries.length ? more(path, `Show all ${entries.length}`) : nothing}
  </div>`;
}

const keyOf = (key, isIndex) => html`<span class=${isIndex ? "index" : "key"}>${key}</span><span class="dim">: </span>`;

function leaf(value, path) {
  if (typeof value !== "string") return html`<span class="v-${value === null ? "null" : typeof value}">${String(value)}</span>`;
  if (value.length <= LONG || whole.has(path)) return html`<span class="v-string">"${value}"</span>`;
  return html`<span class="v-string">"${value.slice(0, LONG)}…"</span> ${more(path, `Show all ${value.length} characters`)}`;
}

const more = (path, label) => html`<button class="link" type="button" @click=${() => {
  whole.add(path);
  update();
}}>${label}</button>`;

function toggle(event, path) {
  if (event.target !== event.currentTarget) return; // of a branch further down
  toggled.set(path, event.target.open);
  update();
}
