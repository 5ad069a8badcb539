// The frame around every view: navigation, the bar, messages.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { bar } from "./bar.js";
import { live, ownCount } from "./live.js";
import { icon } from "./parts/icons.js";
import { toast } from "./parts/toast.js";
import { count } from "./parts/values.js";
import { isLocked, locked } from "./views/locked.js";
import { OUTBOX } from "./views/outbox.js";

// Address, icon, label, what is counted, and whether it is for wide or narrow windows only.
const PLACES = [
  ["/", "start", "Start"],
  ["/requests", "requests", "Requests", () => live.state?.counts.requests],
  ["/records", "records", "Records", () => ownCount()],
  ["/emails", "outbox", "Outbox", undefined, "narrow"],
  ...OUTBOX.map(([address, name, label, kind]) => [address, name, label, () => ownCount(kind), "broad"]),
  ["/control", "control", "Control"],
  ["/reference", "reference", "Reference"],
];

// The page with a view in it.
export const shell = ({ view, params }) => html`
  <a class="skip" href="#main">Skip to content</a>
  <header class="top">
    <a class="brand" href="/"><img src="/_page/favicon.svg" alt="" width="24" height="24">LVNG <span>sandbox</span></a>
    ${bar()}
  </header>
  <nav class="side" aria-label="Views"><ul>${PLACES.map(place)}</ul></nav>
  <main id="main" tabindex="-1" class="view-${view.name}">
    ${live.failure ? html`<p class="notice bad" role="alert">The sandbox does not respond: ${live.failure}</p>` : nothing}
    ${isLocked(view) ? locked() : view.template(params)}
  </main>
  ${toast()}`;

function place([address, name, label, counted, width]) {
  const addresses = width === "narrow" ? OUTBOX.map(([one]) => one) : [address];
  const isHere = addresses.some((one) => (one === "/" ? location.pathname === "/" : `${location.pathname}/`.startsWith(`${one}/`)));
  const number = counted?.();
  return html`<li class=${width ?? ""}><a href=${address} aria-current=${isHere ? "page" : nothing}>
    ${icon(name)}<span>${label}</span>${number ? html`<span class="count">${count(number)}</span>` : nothing}
  </a></li>`;
}
