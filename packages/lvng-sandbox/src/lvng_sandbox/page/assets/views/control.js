// All that the bar does, with its settings: accounts, clock, faults, failed background work.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { get, post, put, remove } from "../api.js";
import { faultText } from "../bar.js";
import { actFor, actingAccount, live, look, startAfresh } from "../live.js";
import { copy } from "../parts/copy.js";
import { icon } from "../parts/icons.js";
import { jsonPanel } from "../parts/json.js";
import { attempt, say } from "../parts/toast.js";
import { moment, plural } from "../parts/values.js";
import { update } from "../render.js";

const BROKEN = [
  ["", "Nothing"], ["reset", "Reset before it is processed"], ["lost", "Reset after it is processed"], ["cut", "Cut in the middle"], ["stall", "Stalls in the middle"],
  ["html", "A page of HTML"], ["garbage", "Garbage"], ["empty", "An empty body"], ["oversized", "A very large body"],
];

let answers = [];
let faults = [];
let failed = [];
let operations = [];

export const control = {
  name: "control",
  title: () => "Control",
  async open() {
    await attempt(load);
    if (!operations.length) operations = await attempt(operationNames) ?? [];
    update();
    if (location.hash) queueMicrotask(() => document.querySelector(location.hash)?.scrollIntoView());
  },
  refresh: load,
  template: () => html`<h1 tabindex="-1">Control</h1>
    <p class="lead">The same is there for tests, at <code>/_sandbox/</code> and as <code>lvng-sandbox</code> commands.</p>
    ${live.state ? html`<div class="cards wide">${accounts()}${clock()}${faultsCard()}${answersCard()}${files()}${jobs()}</div>` : nothing}`,
};

async function load() {
  [faults, failed, answers] = await Promise.all([get("/faults"), get("/failed-jobs"), get("/answers")]);
}

async function operationNames() {
  const { paths } = await (await fetch("/openapi.json")).json();
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map((one) => one.operationId)).filter(Boolean);
  return [...new Set(ids.map((id) => `${id.split(".")[0]}.*`)), ...ids].sort();
}

// A form whose fields are handed over as an object; empty ones are left out.
const form = (name, act, content) => html`<form aria-label=${name} @submit=${async (event) => {
  event.preventDefault();
  const { target } = event;
  const filled = [...new FormData(target)].filter(([, value]) => value !== "");
  if ((await attempt(() => act(Object.fromEntries(filled)))) !== undefined) target.reset();
  await attempt(look);
  await attempt(load);
}}>${content}</form>`;

const accounts = () => html`<section class="card" id="accounts"><h2>Accounts</h2>
  <ul class="lines">${live.accounts.map(({ email, name, user_id: id }) => html`<li>
    <span class="grow"><strong>${name ?? email}</strong><br><span class="dim">${email}, <code>${id}</code></span></span>
    <button class="small" type="button" @click=${() => copy(async () => (await get(`/accounts/${encodeURIComponent(email)}`)).api_key, `Copied the key of ${email}`)}>${icon("copy")}Key</button>
    <button class="small" type="button" aria-pressed=${email === actingAccount()} @click=${() => actFor(email)}>${email === actingAccount() ? "Acting" : "Act for"}</button></li>`)}</ul>
  ${form("Create an account", createAccount, html`<div class="fields">
    <label>Address<input name="email" type="email" required placeholder="mia@example.com"></label>
    <label>Name<input name="name" type="text"></label>
    <label>Workspace<input name="workspace" type="text" placeholder="one of its own"></label>
    <label>Role<select name="role"><option value="">member</option>${["admin", "owner", "guest"].map((role) => html`<option>${role}</option>`)}</select></label>
    <button class="primary" type="submit">Create</button></div>`)}
</section>`;

async function createAccount(fields) {
  if (!fields.workspace) delete fields.role;
  const { email } = await post("/accounts", fields);
  say(`${email} has an account`);
  return email;
}

const clock = () => html`<section class="card" id="clock"><h2>Clock</h2>
  <p><strong>${moment(live.state.clock.now, { withDate: true })}</strong>, UTC <code>${live.state.clock.now}</code>${live.state.clock.frozen ? ", frozen" : ""}</p>
  ${form("Advance the clock", ({ seconds }) => post("/clock/advance", { seconds: Number(seconds) }), html`<div class="fields">
    <label>Advance by seconds<input name="seconds" type="number" min="0" step="any" required></label><button type="submit">Advance</button></div>`)}
  ${form("Set the clock", ({ now }) => put("/clock", { now }), html`<div class="fields">
    <label>Set to<input name="now" type="text" required placeholder="2026-01-01T09:00Z"></label><button type="submit">Set</button></div>`)}
</section>`;

const faultsCard = () => html`<section class="card" id="faults"><h2>Faults</h2>
  ${faults.length ? html`<ul class="lines">${faults.map((one) => html`<li><span class="grow"><code>${one.operation}</code><br><span class="dim">${faultText(one)}</span></span>
    <button class="small" type="button" @click=${() => drop(one.id)}>Remove</button></li>`)}</ul>` : html`<p class="dim">None is injected.</p>`}
  <datalist id="operations">${operations.map((id) => html`<option value=${id}></option>`)}</datalist>
  ${form("Add a fault", addFault, html`<div class="fields">
    <label>Operation<input name="operation" type="text" list="operations" required placeholder="workflows.*"></label>
    <label>Status<input name="status" type="number" min="400" max="599" placeholder="503"></label>
    <label>Retry-After<input name="retry_after" type="text"></label>
    <label>Seconds late<input name="delay" type="number" min="0" step="any"></label>
    <label>Response<select name="broken">${BROKEN.map(([value, label]) => html`<option value=${value}>${label}</option>`)}</select></label>
    <label>Times (empty: all)<input name="times" type="number" min="1"></label>
    <label>Probability<input name="probability" type="number" min="0.01" max="1" step="any" placeholder="1"></label>
    <button class="primary" type="submit">Add</button></div>`)}
</section>`;

function addFault(fields) {
  for (const name of ["status", "delay", "times", "probability"]) if (name in fields) fields[name] = Number(fields[name]);
  return post("/faults", fields);
}

async function drop(id) {
  await attempt(() => remove(`/faults/${id}`));
  await attempt(load);
}

const answersCard = () => html`<section class="card" id="answers"><h2>Scripted answers</h2>
  ${answers.length ? html`<ul class="lines">${answers.map((one) => html`<li><span class="grow"><code>${one.pattern}</code><br>
    <span class="dim">${one.reply}${one.remaining ? `, ${one.remaining} more` : ""}</span></span></li>`)}</ul>
    <button class="small" type="button" @click=${dropAnswers}>Remove all</button>` : html`<p class="dim">None: chats and agents answer from what is stored.</p>`}
  ${form("Add an answer", ({ times, ...fields }) => post("/answers", { ...fields, times: Number(times ?? 0) }), html`<div class="fields">
    <label>Message matches<input name="pattern" type="text" required placeholder="sales.*october"></label>
    <label>Reply<input name="reply" type="text" required></label>
    <label>Times (empty: all)<input name="times" type="number" min="1"></label>
    <button class="primary" type="submit">Add</button></div>`)}
</section>`;

async function dropAnswers() {
  await attempt(() => remove("/answers"));
  await attempt(load);
}

const files = () => html`<section class="card" id="files"><h2>Everything as a file</h2>
  <p class="dim">A database file: for a colleague, or to start from with <code>--db</code>. Importing replaces what is stored.</p>
  <div class="fields"><button type="button" @click=${() => attempt(download)}>Export</button>
    <label>Import<input type="file" @change=${(event) => attempt(() => upload(event.target), "Imported")}></label></div>
</section>`;

async function download() {
  const href = URL.createObjectURL(await get("/export"));
  Object.assign(document.createElement("a"), { href, download: "lvng-sandbox.db" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

async function upload(field) {
  await post("/import", field.files[0]);
  field.value = "";
  await startAfresh();
}

const jobs = () => html`<section class="card" id="failed"><h2>Failed background work</h2>
  ${failed.length ? html`<p>${plural(failed.length, "job")} given up.</p>${failed.map((one, at) => jsonPanel(one.name, one, `job/${at}`))}`
    : html`<p class="dim">None: all that runs in the background has succeeded, or is tried again.</p>`}
</section>`;
