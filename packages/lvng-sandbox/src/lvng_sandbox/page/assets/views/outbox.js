// What leaves the sandbox, or would: emails, notifications, webhook deliveries. Three inboxes of one form.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { get, post } from "../api.js";
import { accountName } from "../live.js";
import { code, tabs } from "../parts/code.js";
import { icon } from "../parts/icons.js";
import { jsonPanel } from "../parts/json.js";
import { attempt } from "../parts/toast.js";
import { duration, empty, moment, plural, stateBadge } from "../parts/values.js";
import { query, setQuery, withQuery } from "../router.js";
import { update } from "../render.js";
import { madeBy } from "./records.js";

// Address, icon, label, and kind of records.
export const OUTBOX = [
  ["/emails", "emails", "Emails", "emails"],
  ["/notifications", "notifications", "Notifications", "notifications"],
  ["/deliveries", "deliveries", "Webhooks", "developer.deliveries"],
];
const PAGE = 50;

// An inbox as a view: `title`, how an entry is listed and shown, and what is said when there is none.
function inbox({ name, title, about, row, detail }) {
  let page = { total: 0, records: [] };
  let limit = PAGE;
  let isLoaded = false;

  async function load() {
    const at = location.href;
    const found = await get(`/${name}`, { text: query("q"), own: query("examples") ? "" : "true", limit });
    if (location.href === at) page = found; // else the address has changed meanwhile
    isLoaded = true;
  }

  function list(id) {
    if (!page.records.length) return isLoaded ? empty(`No ${name}`, about) : nothing;
    return html`<ol class="entries mails">${repeat(page.records, (one) => one.id, (one) => html`<li>
        <a class="entry" href=${withQuery(`/${name}/${encodeURIComponent(one.id)}`)} aria-current=${one.id === id}>${row(one)}</a></li>`)}</ol>
      <footer class="row dim">${plural(page.total, title.single)}${page.total > limit ? html`<button class="small" type="button" @click=${() => {
        limit += PAGE;
        load().then(update);
      }}>Show older ones</button>` : nothing}</footer>`;
  }

  function opened(id) {
    const found = page.records.find((one) => one.id === id);
    const back = html`<a class="back" href=${withQuery(`/${name}`)}>${icon("back")}All ${name}</a>`;
    if (!found) return html`${back}${isLoaded ? empty("Not in this list", "It may be example data, or older.") : nothing}`;
    return html`${back}${detail(found, load)}`;
  }

  return {
    name,
    title: ({ id }) => (id ? `${title.single} ${id}` : title.plural),
    async open() {
      await attempt(load);
    },
    refresh: load,
    template: ({ id }) => html`<div class="split ${id ? "has-detail" : ""}">
      <section class="list" aria-label=${title.plural}>
        <nav class="inboxes narrow" aria-label="Inboxes">${OUTBOX.map(([address, , label]) => html`<a href=${address}
          aria-current=${address === `/${name}` ? "page" : nothing}>${label}</a>`)}</nav>
        <header class="row head"><h1 tabindex="-1">${title.plural}</h1></header>
        <div class="filters"><input type="search" placeholder="Search" aria-label="Search ${name}" .value=${query("q")}
          @input=${(event) => setQuery({ q: event.target.value })}>
          <label class="check"><input type="checkbox" .checked=${query("examples") === "all"}
            @change=${(event) => setQuery({ examples: event.target.checked ? "all" : "" })}>With example data</label></div>
        ${list(id)}
      </section>
      ${id ? html`<section class="detail" aria-label=${title.single}>${opened(id)}</section>` : nothing}
    </div>`,
  };
}

let part = "text";

export const emails = inbox({
  name: "emails",
  title: { single: "email", plural: "Emails" },
  about: "Emails are delivered to nobody: invitations, sign-in links and what your program sends end up here.",
  row: ({ record }) => html`<span class="what"><span class="strong">${record.to_emails.join(", ")}</span><span class="sub">${record.subject}</span></span>
    <span class="when">${moment(record.created_at)}<span class="sub">${stateBadge(record.status)}</span></span>`,
  detail: (one) => {
    const { record } = one;
    const parts = [["text", "Text"], ["html", "HTML"], ["record", "Record"]].filter(([name]) => name === "record" || record[name]);
    const chosen = parts.some(([name]) => name === part) ? part : parts[0][0];
    return html`<header class="exchange"><h2>${record.subject}</h2>
        <dl class="facts">
          ${fact("From", record.from_email)}${fact("To", record.to_emails.join(", "))}
          ${fact("Cc", record.cc_emails?.join(", "))}${fact("Bcc", record.bcc_emails?.join(", "))}${fact("Reply to", record.reply_to)}
          ${fact("State", stateBadge(record.status))}${fact("Sent", moment(record.sent_at ?? record.created_at, { withDate: true }))}${fact("Made by", madeBy(one))}
        </dl>
        ${tabs("Part", parts, chosen, (name) => {
          part = name;
          update();
        })}</header>
      ${chosen === "record" ? jsonPanel("Record", record, `email/${one.id}`) : nothing}
      ${chosen === "text" ? html`<div class="letter">${linked(record.text ?? "")}</div>` : nothing}
      ${chosen === "html" ? html`<iframe class="letter" sandbox="" title="HTML of the email" .srcdoc=${record.html}></iframe>${code(record.html, "HTML source")}` : nothing}`;
  },
});

export const notifications = inbox({
  name: "notifications",
  title: { single: "notification", plural: "Notifications" },
  about: "What users are told: mentions, messages, results of workflows.",
  row: ({ record }) => html`<span class="what"><span class="strong">${record.title}</span><span class="sub">${record.body ?? record.type}</span></span>
    <span class="when">${moment(record.created_at)}<span class="sub">${record.is_read ? "read" : html`<span class="badge s3xx">unread</span>`}</span></span>`,
  detail: (one) => html`<header class="exchange"><h2>${one.record.title}</h2>
      <dl class="facts">${fact("For", accountName(one.record.user_id))}${fact("Type", one.record.type)}
        ${fact("Time", moment(one.record.created_at, { withDate: true }))}${fact("Made by", madeBy(one))}</dl></header>
    ${one.record.body ? html`<div class="letter">${one.record.body}</div>` : nothing}
    ${jsonPanel("Record", one.record, `notification/${one.id}`)}`,
});

export const deliveries = inbox({
  name: "deliveries",
  title: { single: "delivery", plural: "Webhook deliveries" },
  about: "Events that are sent to the endpoints of your program. Register one by developer.create_webhook.",
  row: ({ record, url }) => html`${stateBadge(record.status)}<span class="what"><span class="strong">${record.event}</span><span class="sub path">${url}</span></span>
    <span class="when">${moment(record.created_at)}<span class="sub">${record.response_status ?? ""}</span></span>`,
  detail: (one, load) => {
    const { record } = one;
    return html`<header class="exchange"><h2>${stateBadge(record.status)} ${record.event}</h2>
        <dl class="facts">${fact("Endpoint", html`<code>${one.url}</code>`)}${fact("Attempt", record.attempt)}
          ${fact("Took", record.duration_ms ? duration(record.duration_ms) : "")}${fact("Answer", record.response_status)}
          ${fact("Next attempt", record.next_retry_at ? moment(record.next_retry_at) : "")}${fact("Made by", madeBy(one))}</dl>
        ${record.error ? html`<p class="notice bad">${record.error}</p>` : nothing}
        <div class="row"><button class="primary" type="button" @click=${() => retry(one.id, load)}>${icon("again")}Send again</button></div></header>
      ${record.response_body ? html`<section class="panel"><header><h3>Answer of the endpoint</h3></header>${code(record.response_body, "answer")}</section>` : nothing}
      ${jsonPanel("Payload", record.payload, `delivery/${one.id}`)}`;
  },
});

const fact = (name, value) => (value === "" || value === null || value === undefined ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);

async function retry(id, load) {
  await attempt(() => post(`/deliveries/${encodeURIComponent(id)}/retry`), "Sent again");
  await attempt(load);
}

// A text whose addresses can be followed.
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part_, at) => (at % 2 ? html`<a href=${part_} target="_blank" rel="noreferrer">${part_}</a>` : part_));
}
