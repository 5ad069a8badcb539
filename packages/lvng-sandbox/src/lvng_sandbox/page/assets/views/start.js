// The start screen: how to connect, the first calls, and what has happened so far.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { actingAccount, live, ownCount, shownRequests, signIn } from "../live.js";
import { code, tabs } from "../parts/code.js";
import { copy, copyButton } from "../parts/copy.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/toast.js";
import { count, duration, empty, method, moment, plural, statusBadge } from "../parts/values.js";
import { jsonTree } from "../parts/json.js";
import { update } from "../render.js";
import { asCurl, asNode, asPython } from "../snippets.js";

const LANGUAGES = [["curl", "curl"], ["python", "Python"], ["node", "Node"]];
const SHOWN = 6; // latest requests

const CALLS = [
  {
    title: "Ask a question",
    text: "The answer comes from the documents that are stored, with its sources.",
    request: call("chat.send", "POST", "/api/v2/chat", [], { message: "What were the sales in October?" }),
  },
  {
    title: "Store something",
    text: "It is found by search and by questions at once.",
    request: call("notes.create", "POST", "/api/v2/notes", [], { title: "Launch plan", content: "We launch on 12 November, at noon." }),
  },
  {
    title: "List what is there",
    text: "Records that you make are kept apart from the example data.",
    request: call("notes.list", "GET", "/api/v2/notes", [["limit", "5"]], null),
  },
];

let language = localStorage.getItem("language") ?? "curl";
let isKeyShown = false;
let credentials = null;
let pythons = [];
const results = [];

function call(operation, method_, path, query, body) {
  return { operation, method: method_, path, query, body, account: "you", headers: {} };
}

export const start = {
  name: "start",
  title: () => "Start",
  opensByKey: false,
  async open() {
    if (!pythons.length) pythons = await Promise.all(CALLS.map(({ request }) => asPython(request)));
    update();
  },
  async refresh() {
    credentials = await signIn();
  },
  template() {
    if (!live.state) return html`<h1 tabindex="-1">Start</h1><p class="dim">Connecting…</p>`;
    return html`<h1 tabindex="-1">Your sandbox is running</h1>
      <p class="lead">A local LVNG server. Point your program to it by two variables; all that it sends shows up here.</p>
      <div class="columns start">
        <div>${connection()}${calls()}</div>
        <div>${latest()}${figures()}</div>
      </div>`;
  },
};

function connection() {
  const key = credentials?.api_key ?? "";
  const shown = isKeyShown ? key : `${key.slice(0, 13)}…${key.slice(-4)}`;
  return html`<section class="card" aria-label="Connection">
    <dl class="connect">
      <dt>Address</dt><dd><code id="address">${location.origin}</code>${copyButton(location.origin, "Copy address", { isQuiet: true })}</dd>
      <dt>API key</dt><dd><code id="key">${key ? shown : "…"}</code>
        <button class="quiet small" type="button" aria-pressed=${isKeyShown} @click=${() => {
          isKeyShown = !isKeyShown;
          update();
        }}>${isKeyShown ? "Hide" : "Show"}</button>
        ${copyButton(() => key, "Copy key", { isQuiet: true })}</dd>
      <dt>Account</dt><dd>${actingAccount()}</dd>
    </dl>
    <div class="row">
      <button class="primary" type="button" @click=${() => copy(`export LVNG_BASE_URL=${location.origin}\nexport LVNG_API_KEY=${key}\n`, "Copied both variables")}>
        ${icon("copy")}Copy as environment</button>
      <button type="button" @click=${() => copy(async () => (await signIn()).jwt, "Copied a token, valid for an hour")}>Copy a JWT</button>
    </div>
  </section>`;
}

const calls = () => html`<section class="card" aria-label="First calls">
  <header class="row"><h2>Three first calls</h2><span class="grow"></span>
    ${tabs("Language", LANGUAGES, language, (name) => {
      language = name;
      localStorage.setItem("language", name);
      update();
    })}</header>
  ${language === "python" ? html`<p class="dim">Once: <code>pip install lvng</code></p>` : nothing}
  <ol class="steps">${CALLS.map((one, at) => html`<li>
    <h3>${one.title}</h3><p class="dim">${one.text}</p>
    ${code(program(one.request, at), `${one.title}, ${language}`)}
    <div class="row"><button class="small" type="button" @click=${() => run(one.request, at)}>${icon("play")}Run it here</button>
      ${results[at] ? html`<span>${statusBadge(results[at].status)} <span class="dim">${duration(results[at].milliseconds)}</span></span>` : nothing}</div>
    ${results[at] ? html`<div class="json result" tabindex="0" role="group" aria-label="Response">${jsonTree(results[at].body, `start/${at}`)}</div>` : nothing}
  </li>`)}</ol>
</section>`;

function program(request, at) {
  if (language === "python") return pythons[at] ?? "";
  return language === "node" ? asNode(request) : asCurl(request);
}

function run({ method: method_, path, query, body }, at) {
  return attempt(async () => {
    const { api_key: key } = await signIn();
    const begin = performance.now();
    const response = await fetch(query.length ? `${path}?${new URLSearchParams(query)}` : path, {
      method: method_,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : undefined,
    });
    results[at] = { status: response.status, body: await response.json(), milliseconds: performance.now() - begin };
  });
}

function latest() {
  const found = shownRequests().slice(0, SHOWN);
  return html`<section class="card" aria-label="Latest requests">
    <header class="row"><h2>Latest requests</h2><span class="grow"></span>${found.length ? html`<a href="/requests">All</a>` : nothing}</header>
    ${found.length
      ? html`<ol class="brief">${found.map((one) => html`<li><a class="entry" href="/requests/${one.number}">
          ${statusBadge(one.status)}<span class="grow path">${method(one.method)} ${one.path}</span><span class="dim">${moment(one.time)}</span></a></li>`)}</ol>`
      : html`<div class="waiting"><span class="pulse" aria-hidden="true"></span>${empty("Waiting for the first request", "Run a call on this page, or one of your own program.")}</div>`}
  </section>`;
}

function figures() {
  const { operations, counts, version } = live.state;
  const called = Object.keys(operations.called).length;
  return html`<section class="card" aria-label="Figures">
    <h2>So far</h2>
    <dl class="figures">
      <div><dt>Operations called</dt><dd>${called} <span class="dim">of ${operations.total}</span></dd>
        <dd class="whole"><progress max=${operations.total} value=${called} aria-label="Operations called"></progress></dd></div>
      <div><dt>Own records</dt><dd><a href="/records">${count(ownCount())}</a></dd></div>
      <div><dt>Emails</dt><dd><a href="/emails">${count(ownCount("emails"))}</a></dd></div>
      <div><dt>Webhook deliveries</dt><dd><a href="/deliveries">${count(ownCount("developer.deliveries"))}</a></dd></div>
      ${counts.failed_jobs ? html`<div><dt>Failed background work</dt><dd><a href="/control#failed">${plural(counts.failed_jobs, "job")}</a></dd></div>` : nothing}
    </dl>
    <p class="dim">lvng-sandbox ${version}. <a href="/reference">API reference</a>, <a href="/help">keyboard and help</a></p>
  </section>`;
}
