// The bar: account, clock, faults, snapshot and reset, each with a menu; theme and help.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { get, post, put, remove } from "./api.js";
import { actFor, actingAccount, live, startAfresh } from "./live.js";
import { icon } from "./parts/icons.js";
import { menu, closeMenu } from "./parts/menu.js";
import { attempt } from "./parts/toast.js";
import { bytes, moment } from "./parts/values.js";
import { update } from "./render.js";
import { nextTheme, theme } from "./theme.js";

let faults = [];
let snapshots = [];
let mayReset = false;

const STEPS = [["1 min", 60], ["1 h", 3600], ["1 day", 86400], ["1 week", 604800]];

export function bar() {
  if (!live.state) return html`<div class="bar"></div>`;
  const { clock, counts } = live.state;
  return html`<div class="bar" role="toolbar" aria-label="Sandbox">
    ${menu("account", "account", html`<span class="wide">${actingAccount()}</span>`, "Account", accountMenu)}
    ${menu("clock", "clock", html`${time(clock.now)}${clock.frozen ? html`<span class="badge s3xx">frozen</span>` : ""}`, "Clock", clockMenu)}
    ${menu("faults", "faults", counts.faults || "", "Faults", faultsMenu, { onOpen: loadFaults, isAlert: counts.faults > 0, isNamed: true })}
    ${menu("snapshot", "snapshot", "", "Snapshots", snapshotMenu, { onOpen: loadSnapshots, isNamed: true })}
    ${menu("reset", "reset", "", "Reset", resetMenu, { onOpen: () => (mayReset = false), isNamed: true })}
    <button class="quiet" type="button" title="Theme: ${theme()}" aria-label="Theme: ${theme()}" @click=${nextTheme}>${icon("theme")}</button>
    <a class="button quiet" href="/help" title="Help" aria-label="Help">${icon("help")}</a>
  </div>`;
}

function time(now) {
  const date = new Date(now);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return html`<time datetime=${now} title=${now}><span class="wide">${day}, </span>${date.toLocaleTimeString("en-GB")}</time>`;
}

const accountMenu = () => html`<h2>Act for</h2>
  <p class="dim">Whose key is on the start screen, and who sends what you send from this page.</p>
  <ul class="choices">${live.accounts.map(({ email, name }) => html`<li>
    <button type="button" aria-pressed=${email === actingAccount()} @click=${() => choose(email)}>
      <span><strong>${name ?? email}</strong><br><span class="dim">${email}</span></span>
      ${email === actingAccount() ? icon("check") : nothing}
    </button></li>`)}</ul>
  <a href="/control#accounts" @click=${closeMenu}>Create an account</a>`;

function choose(email) {
  actFor(email);
  closeMenu();
}

const clockMenu = () => html`<h2>Clock</h2>
  <p><strong>${moment(live.state.clock.now, { withDate: true })}</strong> ${live.state.clock.frozen ? "It stands still." : ""}</p>
  <p class="dim">Advance: keys expire, schedules fire, deliveries are tried again.</p>
  <div class="row">${STEPS.map(([label, seconds]) => html`<button class="small" type="button"
    @click=${() => change(() => post("/clock/advance", { seconds }), `Advanced by ${label}`)}>+ ${label}</button>`)}</div>
  <div class="row"><button type="button" @click=${() => change(() => put("/clock", { frozen: !live.state.clock.frozen }))}>
    ${live.state.clock.frozen ? "Let it run" : "Freeze"}</button>
    <a href="/control#clock" @click=${closeMenu}>Set the time</a></div>`;

const faultsMenu = () => html`<h2>Faults</h2>
  ${faults.length ? html`<ul class="lines">${faults.map((one) => html`<li><code>${one.operation}</code>
    <span class="dim grow">${faultText(one)}</span>
    <button class="quiet small" type="button" aria-label="Remove fault ${one.id}"
      @click=${() => change(() => remove(`/faults/${one.id}`)).then(loadFaults)}>${icon("close")}</button></li>`)}</ul>`
    : html`<p class="dim">None. A fault has requests fail on purpose: with an error, late, or with a broken response.</p>`}
  <div class="row">
    ${faults.length ? html`<button type="button" @click=${() => change(() => remove("/faults"), "No more faults").then(loadFaults)}>Remove all</button>` : nothing}
    <a href="/control#faults" @click=${closeMenu}>Add a fault</a>
  </div>`;

// What a fault does, in words.
export function faultText({ fault, remaining, probability }) {
  const parts = [];
  if (fault.status) parts.push(`status ${fault.status}`);
  if (fault.delay) parts.push(`${fault.delay} s late`);
  if (fault.broken) parts.push(fault.broken);
  if (remaining) parts.push(`${remaining} more`);
  if (probability < 1) parts.push(`${Math.round(probability * 100)} %`);
  return parts.join(", ");
}

const snapshotMenu = () => html`<h2>Snapshots</h2>
  ${snapshots.length ? html`<ul class="lines">${snapshots.map((one) => html`<li>
    <span class="grow"><strong>${one.name}</strong><br><span class="dim">${moment(one.created_at)}, ${bytes(one.bytes)}</span></span>
    <button class="small" type="button" @click=${() => restore(one.name)}>Restore</button>
    <button class="quiet small" type="button" aria-label="Forget ${one.name}"
      @click=${() => change(() => remove(`/snapshots/${encodeURIComponent(one.name)}`)).then(loadSnapshots)}>${icon("close")}</button></li>`)}</ul>`
    : html`<p class="dim">None. A snapshot keeps everything stored, to return to it in milliseconds.</p>`}
  <button class="primary" type="button" @click=${() => change(() => post("/snapshots", {}), "Snapshot taken").then(loadSnapshots)}>Take a snapshot</button>`;

async function restore(name) {
  await change(() => post(`/snapshots/${encodeURIComponent(name)}/restore`), `Returned to ${name}`);
  await startAfresh();
  closeMenu();
}

const resetMenu = () => html`<h2>Reset</h2>
  <p class="dim">Returns to the state after the start: what was stored, the faults and the log of requests are gone. Snapshots stay.</p>
  ${mayReset
    ? html`<div class="row"><button class="danger" type="button" @click=${reset}>Yes, delete it all</button>
        <button type="button" @click=${closeMenu}>Keep</button></div>`
    : html`<button class="danger" type="button" @click=${() => {
        mayReset = true;
        update();
      }}>Reset the sandbox</button>`}`;

async function reset() {
  await change(() => post("/reset"), "Reset");
  await startAfresh();
  closeMenu();
}

async function change(action, done) {
  await attempt(action, done);
  await attempt(async () => (live.state = await get("/state")));
}

async function loadFaults() {
  faults = (await attempt(() => get("/faults"))) ?? [];
  update();
}

async function loadSnapshots() {
  snapshots = (await attempt(() => get("/snapshots"))) ?? [];
  update();
}
