// Buttons that copy a text.

import { html } from "../vendor/lit-html/lit-html.js";
import { icon } from "./icons.js";
import { attempt } from "./toast.js";

// Copy a text, or what a function returns.
export function copy(text, what = "Copied") {
  return attempt(async () => {
    const found = typeof text === "function" ? await text() : text;
    if (navigator.clipboard) await navigator.clipboard.writeText(found);
    else copyBySelection(found);
  }, what);
}

// For addresses of other machines, where browsers offer no clipboard without TLS.
function copyBySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// A button that copies; `label` says what.
export const copyButton = (text, label, { isQuiet = false } = {}) => html`<button
  class=${isQuiet ? "quiet small" : "small"} type="button" title=${label} aria-label=${label}
  @click=${() => copy(text, `${label.replace(/^Copy/, "Copied")}`)}>${icon("copy")}${isQuiet ? "" : "Copy"}</button>`;
