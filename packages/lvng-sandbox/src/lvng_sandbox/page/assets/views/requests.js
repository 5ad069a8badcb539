// The requests as they come in, and beside the list the exchange that was chosen.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { remove } from "../api.js";
import { accountName, live, look, pause, shownRequests } from "../live.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/toast.js";
import { duration, empty, method, moment, plural, searchOf, statusBadge, statusClass } from "../parts/values.js";
import { navigate, query, setQuery, withQuery } from "../router.js";
import { update } from "../render.js";
import { exchange, loadExchange } from "./exchange.js";

const STATUSES = [["", "All"], ["2xx", "2xx"], ["3xx", "3xx"], ["4xx", "4xx"], ["5xx", "5xx"], ["reset", "Dropped"]];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const PAGE = 100;

let limit = PAGE;

export const requests = {
  name: "requests",
  title: ({ number }) => (number ? `Request ${number}` : "Requests"),
  open: ({ number }) => number && loadExchange(number),
  refresh: ({ number }) => number && loadExchange(number),
  close: () => (limit = PAGE),
  template: ({ number }) => html`<div class="split ${number ? "has-detail" : ""}">
    <section class="list" aria-label="Requests">${head()}${filters()}${list(number)}</section>
    ${number ? html`<section class="detail" aria-label="Request ${number}">${exchange(number)}</section>` : nothing}
  </div>`,
};

function head() {
  const fresh = live.held ? live.requests.filter((one) => one.number > (live.held.at(-1)?.number ?? 0)).length : 0;
  return html`<header class="row head"><h1 tabindex="-1">Requests</h1>
    <span class="live ${live.isPaused ? "paused" : ""}">${live.isPaused ? "Paused" : "Live"}${fresh ? `, ${fresh} new` : ""}</span>
    <span class="grow"></span>
    <button class="small" type="button" @click=${() => pause(!live.isPaused)}>${icon(live.isPaused ? "play" : "pause")}${live.isPaused ? "Resume" : "Pause"}</button>
    <button class="small" type="button" ?disabled=${!live.requests.length} @click=${clear}>${icon("clear")}Clear</button>
  </header>`;
}

async function clear() {
  await attempt(async () => {
    await remove("/requests");
    pause(false);
    await look();
  }, "Cleared");
  navigate("/requests");
}

const filters = () => html`<div class="filters" role="search" aria-label="Filter requests">
  <input type="search" placeholder="Path, operation, account, number" aria-label="Filter by text" .value=${query("q")}
    @input=${(event) => filter({ q: event.target.value })}>
  <select aria-label="Filter by method" @change=${(event) => filter({ method: event.target.value })}>
    <option value="" ?selected=${!query("method")}>Any method</option>
    ${METHODS.map((name) => html`<option ?selected=${query("method") === name}>${name}</option>`)}</select>
  <div class="chips" role="group" aria-label="Filter by status">${STATUSES.map(([value, label]) => html`<button type="button"
    class="chip s${value || "all"}" aria-pressed=${query("status") === value} @click=${() => filter({ status: value })}>${label}</button>`)}</div>
</div>`;

function filter(changes) {
  limit = PAGE;
  setQuery(changes);
}

function list(number) {
  const all = shownRequests();
  if (!all.length) return empty("Nothing has come in yet", "Requests show up here as they arrive, the latest first.");
  const found = all.filter(matches);
  if (!found.length) return empty("No request matches", html`<button type="button" @click=${() => filter({ q: "", method: "", status: "" })}>Remove the filters</button>`);
  return html`<ol class="entries requests">${repeat(found.slice(0, limit), (one) => one.number, (one) => row(one, number))}</ol>
    <footer class="row dim">${plural(found.length, "request")}${found.length > limit ? html`<button class="small" type="button" @click=${() => {
      limit += PAGE;
      update();
    }}>Show older ones</button>` : nothing}</footer>`;
}

function matches(one) {
  if (query("method") && one.method !== query("method")) return false;
  if (query("status") && statusClass(one.status) !== query("status")) return false;
  const text = `${one.number} ${one.method} ${one.path}${searchOf(one.query)} ${one.operation} ${one.status} ${one.deviations.length ? "deviates" : ""} ${accountName(one.account) ?? ""}`.toLowerCase();
  return query("q").toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const row = (one, number) => html`<li><a class="entry" href=${withQuery(`/requests/${one.number}`)} aria-current=${String(one.number) === number}>
  ${statusBadge(one.status)}
  <span class="what"><span class="path">${method(one.method)} ${one.path}<span class="dim">${searchOf(one.query)}</span></span>
    <span class="sub">${one.operation || "no operation"}${one.streamed ? html` <span class="badge">stream</span>` : nothing}${one.fault ? html` <span class="badge sreset">fault</span>` : nothing}${one.deviations.length ? html` <span class="badge s4xx">deviates</span>` : nothing}</span></span>
  <span class="when">${moment(one.time)}<span class="sub">${duration(one.milliseconds)}</span></span>
</a></li>`;
