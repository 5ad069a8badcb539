// What is stored: the kinds of records, a table of one kind, and a record.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { get } from "../api.js";
import { live, ownCount, requestById } from "../live.js";
import { icon } from "../parts/icons.js";
import { jsonPanel } from "../parts/json.js";
import { count, empty, moment, plural, stateBadge } from "../parts/values.js";
import { query, setQuery, withQuery } from "../router.js";
import { update } from "../render.js";

const PAGE = 25;
const NAMES = ["display_name", "title", "name", "subject", "email", "content", "message", "event", "type", "slug"];
const SHORT = 80; // characters of a cell

let page = { kind: "", total: 0, records: [] };
let record = null;
let missing = "";

export const records = {
  name: "records",
  title: ({ kind, id }) => id ?? kind ?? "Records",
  async open({ kind, id }) {
    if (page.kind !== kind) page = { kind, total: 0, records: [], isLoading: true };
    if (record?.id !== id) [record, missing] = [null, ""];
    await load(kind, id).catch((error) => (missing = error.message));
    update();
  },
  refresh: ({ kind, id }) => load(kind, id),
  template: ({ kind, id }) => html`<div class="split kinds ${kind ? "has-detail" : ""}">
    <section class="list" aria-label="Kinds of records">
      <header class="row head"><h1 tabindex="-1">Records</h1></header>
      ${kindFilter()}${kindList(kind)}
    </section>
    <section class="detail" aria-label=${kind ?? "Records"}>${id ? one(kind, id) : kind ? table(kind) : overview()}</section>
  </div>`,
};

async function load(kind, id) {
  const at = location.href;
  if (kind && !id) {
    const asked = { text: query("q"), own: query("examples") === "only" ? "false" : query("examples") ? "" : "true", limit: PAGE, offset: offset() };
    const found = await get(`/records/${encodeURIComponent(kind)}`, asked);
    if (location.href === at) page = { kind, ...found }; // else the address has changed meanwhile
  }
  if (id) {
    const { records: found } = await get(`/records/${encodeURIComponent(kind)}`, { text: id, limit: 1000 });
    record = found.find((one_) => one_.id === id) ?? null;
    missing = record ? "" : `There is no record ${id} of the kind ${kind}.`;
  }
}

const offset = () => Math.max(0, Number(query("page") || 1) - 1) * PAGE;

const kindFilter = () => html`<div class="filters"><input type="search" placeholder="Find a kind" aria-label="Find a kind" .value=${query("kind")}
  @input=${(event) => setQuery({ kind: event.target.value })}>
  <label class="check"><input type="checkbox" .checked=${query("all") === "1"} @change=${(event) => setQuery({ all: event.target.checked ? "1" : "" })}>
    Kinds with example data only</label></div>`;

function kindList(selected) {
  const found = live.kinds.filter((one_) => one_.kind.includes(query("kind").toLowerCase()) && (query("all") || query("kind") || one_.own || one_.kind === selected));
  if (!found.length) return empty("Nothing of your own yet", "Records that your requests make are listed here, apart from the example data.");
  return html`<ul class="entries">${found.map(({ kind, count: all, own }) => html`<li>
    <a class="entry kind" href=${`/records/${encodeURIComponent(kind)}${own ? "" : "?examples=all"}`} aria-current=${kind === selected}>
      <span class="grow">${kind}</span>${own ? html`<span class="badge s2xx" title="Your own">${count(own)}</span>` : nothing}
      <span class="dim" title="With example data">${count(all)}</span></a></li>`)}</ul>
    <footer class="row dim">Green: your own. Grey: with example data.</footer>`;
}

function overview() {
  const own = ownCount();
  return empty(own ? `${plural(own, "record")} of your own` : "Choose a kind", "Each kind is a table with search, pages, and the request that made each record.");
}

function table(kind) {
  const columns = columnsOf(page.records);
  return html`<a class="back kinds-back" href="/records">${icon("back")}All kinds</a>
    <header class="row head"><h2>${kind}</h2><span class="dim">${count(page.total)}</span></header>
    <div class="filters">
      <input type="search" placeholder="Search in ${kind}" aria-label="Search in ${kind}" .value=${query("q")}
        @input=${(event) => setQuery({ q: event.target.value, page: "" })}>
      <div class="chips" role="group" aria-label="Which records">${[["", "Own"], ["only", "Examples"], ["all", "All"]].map(([value, label]) => html`<button
        class="chip" type="button" aria-pressed=${query("examples") === value} @click=${() => setQuery({ examples: value, page: "" })}>${label}</button>`)}</div>
    </div>
    ${page.records.length ? html`<div class="scroll" tabindex="0" role="group" aria-label="Table of ${kind}"><table class="records">
      <thead><tr><th scope="col">Id</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Made by</th></tr></thead>
      <tbody>${page.records.map((one_) => html`<tr>
        <td><a href=${withQuery(`/records/${encodeURIComponent(kind)}/${encodeURIComponent(one_.id)}`)}><code>${one_.id}</code></a></td>
        ${columns.map((name) => html`<td>${cell(name, one_.record[name])}</td>`)}
        <td>${madeBy(one_)}</td></tr>`)}</tbody></table></div>${pager()}`
      : page.isLoading ? nothing : empty("None", query("q") ? "No record has these words." : html`<button type="button" @click=${() => setQuery({ examples: "all" })}>Show example data</button>`)}`;
}

// The columns that say most: a name, a state, a moment, and what else is short.
function columnsOf(found) {
  const present = new Set(found.flatMap(({ record: fields }) => Object.keys(fields)));
  const name = NAMES.find((one_) => present.has(one_));
  return [name, "status", "created_at", "createdAt"].filter((one_, at, all) => one_ && present.has(one_) && all.indexOf(one_) === at);
}

function cell(name, value) {
  if (value === null || value === undefined) return html`<span class="dim">none</span>`;
  if (name === "status") return stateBadge(String(value));
  if (name.startsWith("created")) return moment(value, { withDate: true });
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

// A link to the request that a record goes back to.
export function madeBy({ request_id: id, own }) {
  if (!own) return html`<span class="dim">example data</span>`;
  const request = requestById(id);
  if (request) return html`<a href="/requests/${request.number}">${request.method} ${request.number}</a>`;
  return html`<span class="dim">${id ? "no longer in the log" : "the sandbox"}</span>`;
}

function pager() {
  const at = Number(query("page") || 1);
  const last = Math.max(1, Math.ceil(page.total / PAGE));
  if (last === 1) return nothing;
  const go = (to) => setQuery({ page: to === 1 ? "" : String(to) });
  return html`<nav class="row pager" aria-label="Pages">
    <button type="button" ?disabled=${at <= 1} @click=${() => go(at - 1)}>Previous</button>
    <span class="dim">Page ${at} of ${last}</span>
    <button type="button" ?disabled=${at >= last} @click=${() => go(at + 1)}>Next</button></nav>`;
}

function one(kind, id) {
  const back = html`<a class="back" href=${withQuery(`/records/${encodeURIComponent(kind)}`)}>${icon("back")}${kind}</a>`;
  if (missing) return html`${back}${empty("Not found", missing)}`;
  if (!record || record.id !== id) return html`${back}<p class="dim">Loading…</p>`;
  return html`${back}
    <header class="exchange"><h2><code>${record.id}</code></h2>
      <dl class="facts">
        <div><dt>Kind</dt><dd>${kind}</dd></div>
        <div><dt>Made by</dt><dd>${madeBy(record)}</dd></div>
        <div><dt>Belongs to</dt><dd><code>${record.owner}</code></dd></div>
        <div><dt>Path</dt><dd><code>${record.path}</code></dd></div>
      </dl></header>
    ${jsonPanel("Record", record.record, `record/${record.id}`)}`;
}
