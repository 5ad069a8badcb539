// A piece of code with a button that copies it.

import { html } from "../vendor/lit-html/lit-html.js";
import { copyButton } from "./copy.js";

export const code = (text, label) => html`<div class="code">
  <pre tabindex="0" role="group" aria-label=${label}><code>${text}</code></pre>
  ${copyButton(text, `Copy ${label}`, { isQuiet: true })}
</div>`;

// Tabs: `tabs` are pairs of a name and a label.
export const tabs = (label, tabs, selected, choose) => html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${step}>
  ${tabs.map(([name, text]) => html`<button role="tab" type="button" aria-selected=${name === selected}
    tabindex=${name === selected ? 0 : -1} @click=${() => choose(name)}>${text}</button>`)}
</div>`;

// The arrow keys go from tab to tab.
function step(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const all = [...event.currentTarget.querySelectorAll("[role=tab]")];
  const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
  next.focus();
  next.click();
}
