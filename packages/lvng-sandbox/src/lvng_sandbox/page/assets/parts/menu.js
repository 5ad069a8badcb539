// A button that opens a panel below it. Escape closes it, and so does a click elsewhere.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { update } from "../render.js";
import { icon } from "./icons.js";

let opened = "";

// A menu: its name, icon, what is written on the button, the name of the button, and the content of the panel. The name is
// written on the button, too, where there is room, if nothing else tells what it is.
export const menu = (name, image, text, label, content, { onOpen, isAlert = false, isNamed = false } = {}) => html`<div class="menu" data-menu=${name}>
  <button class="quiet ${isAlert ? "alert" : ""}" type="button" title=${label} aria-expanded=${opened === name}
    aria-haspopup="dialog" @click=${() => (opened === name ? closeMenu() : open(name, onOpen))}>${icon(image)}<span class=${isNamed ? "name" : "hidden"}>${label}</span>${text}</button>
  ${opened === name ? html`<div class="drop" role="dialog" aria-label=${label} tabindex="-1">${content()}</div>` : nothing}
</div>`;

function open(name, onOpen) {
  opened = name;
  onOpen?.();
  update();
  queueMicrotask(() => queueMicrotask(() => document.querySelector(".drop")?.focus()));
}

// Close the menu that is open; its button has the focus again.
export function closeMenu() {
  if (!opened) return;
  const button = document.querySelector(`[data-menu=${opened}] > button`);
  opened = "";
  update();
  button?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu();
});
document.addEventListener("pointerdown", (event) => {
  if (opened && !event.composedPath().some((node) => node.dataset?.menu === opened)) {
    opened = "";
    update();
  }
});
