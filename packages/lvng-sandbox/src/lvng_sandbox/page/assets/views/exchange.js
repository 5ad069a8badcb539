// One request and its response: headers, bodies as trees, the events of a stream, and the records that it made.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { get, post } from "../api.js";
import { accountName, look } from "../live.js";
import { code } from "../parts/code.js";
import { copy } from "../parts/copy.js";
import { icon } from "../parts/icons.js";
import { jsonPanel, jsonTree } from "../parts/json.js";
import { attempt } from "../parts/toast.js";
import { duration, empty, method, moment, plural, searchOf, statusBadge } from "../parts/values.js";
import { navigate, withQuery } from "../router.js";
import { update } from "../render.js";
import { asCurl, asPython } from "../snippets.js";

const PREVIEW = 200; // characters of an event that are shown on its line

let shown = null; // the request with its bodies; null before it is there
let made = [];
let missing = "";

// Fetch a request, unless it is there and complete.
export async function loadExchange(number) {
  const isNew = String(shown?.number) !== number;
  if (!isNew && !shown.streamed) return;
  if (isNew) [shown, made, missing] = [null, [], ""];
  try {
    const found = await get(`/requests/${encodeURIComponent(number)}`);
    made = await get(`/requests/${encodeURIComponent(number)}/records`);
    shown = found;
    if (isNew) setTimeout(() => document.querySelector(".list [aria-current=true]")?.scrollIntoView({ block: "nearest" }));
  } catch (error) {
    missing = error.message;
  }
  update();
}

export function exchange(number) {
  if (missing) return html`${back()}${empty("Not in the log", missing)}`;
  if (!shown || String(shown.number) !== number) return html`${back()}<p class="dim">Loading…</p>`;
  const one = shown;
  return html`${back()}
    <header class="exchange">
      <h2>${statusBadge(one.status)} ${method(one.method)} <span class="path">${one.path}${searchOf(one.query)}</span></h2>
      <dl class="facts">
        <div><dt>Operation</dt><dd>${one.operation ? html`<a href=${referenceOf(one.operation)}>${one.operation}</a>` : "none"}</dd></div>
        <div><dt>Time</dt><dd>${moment(one.time)}</dd></div>
        <div><dt>Took</dt><dd>${duration(one.milliseconds)}</dd></div>
        <div><dt>Account</dt><dd>${one.account ? accountName(one.account) : "nobody"}</dd></div>
        <div><dt>Id</dt><dd><code>${one.request_id ?? "none"}</code></dd></div>
      </dl>
      ${one.fault ? html`<p class="notice">A fault was injected: ${Object.entries(one.fault).filter(([, value]) => value).map(([name, value]) => `${name} ${value}`).join(", ")}</p>` : nothing}
      ${one.deviations.length ? html`<div class="notice"><strong>Not as the contract says:</strong><ul>${one.deviations.map((text) => html`<li>${text}</li>`)}</ul></div>` : nothing}
      <div class="row">
        <button class="primary" type="button" @click=${sendAgain}>${icon("again")}Send again</button>
        <button type="button" @click=${() => copy(asCurl(one), "Copied the command")}>${icon("copy")}Copy as curl</button>
        <button type="button" @click=${() => copy(() => asPython(one), "Copied the program")}>${icon("copy")}Copy as Python</button>
      </div>
    </header>
    ${one.streamed ? events(one) : response(one)}
    ${request(one)}
    ${made.length ? records() : nothing}
    ${headers("Request headers", one.headers)}
    ${headers("Response headers", one.response_headers)}`;
}

const back = () => html`<a class="back" href=${withQuery("/requests")}>${icon("back")}All requests</a>`;

const referenceOf = (operation) => `/reference#/${operation.split(".")[0]}/${operation}`;

async function sendAgain() {
  // The key is not kept: without its scopes the response may be another one.
  const by = shown.account ? `, with a token of ${accountName(shown.account)} in place of the key` : "";
  const sent = await attempt(() => post(`/requests/${shown.number}/send`), `Sent again${by}`);
  if (!sent) return;
  await look();
  navigate(withQuery(`/requests/${sent.number}`));
}

function response(one) {
  if (one.response !== null) return jsonPanel("Response", one.response, `${one.number}/response`);
  return html`<section class="panel"><header><h3>Response</h3></header>
    <p class="dim">${one.status ? `No JSON: ${one.response_headers["content-type"] ?? "no body"}` : "The connection was reset before the request was processed."}</p></section>`;
}

// The events of a stream as they came, and the text that they add up to.
function events(one) {
  const text = one.events.map((event) => event.data?.delta ?? "").join("");
  return html`<section class="panel" aria-label="Events"><header><h3>Events</h3><span class="dim">${plural(one.events.length, "event")}</span></header>
    ${text ? html`<blockquote>${text}</blockquote>` : nothing}
    <ol class="events">${one.events.map((event, at) => html`<li><details>
      <summary><span class="dim">+${duration(event.milliseconds)}</span><span class="badge">${event.event}</span>
        <code>${JSON.stringify(event.data).slice(0, PREVIEW)}</code></summary>
      <div class="json">${jsonTree(event.data, `${one.number}/event/${at}`)}</div></details></li>`)}</ol>
  </section>`;
}

function request(one) {
  return html`${one.query.length ? pairs("Query", one.query) : nothing}
    ${one.body === null ? nothing : typeof one.body === "string"
      ? html`<section class="panel"><header><h3>Request body</h3></header>${code(one.body, "request body")}</section>`
      : jsonPanel("Request body", one.body, `${one.number}/body`)}`;
}

const records = () => html`<section class="panel" aria-label="Records"><header><h3>Records that it made</h3><span class="dim">${made.length}</span></header>
  <ul class="made">${made.map(({ kind, id, record }) => html`<li>
    <a href="/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}"><code>${id}</code></a>
    <span class="dim">${kind}</span> ${record.title ?? record.name ?? record.subject ?? ""}</li>`)}</ul></section>`;

const headers = (title, all) => (Object.keys(all).length ? pairs(title, Object.entries(all)) : nothing);

const pairs = (title, all) => html`<section class="panel"><header><h3>${title}</h3></header>
  <table class="pairs"><thead class="hidden"><tr><th>Name</th><th>Value</th></tr></thead>
    <tbody>${all.map(([name, value]) => html`<tr><td>${name}</td><td><code>${value}</code></td></tr>`)}</tbody></table></section>`;
