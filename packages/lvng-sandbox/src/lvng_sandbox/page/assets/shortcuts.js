// The keyboard: single keys, or `g` and a second one. They do nothing while something is being typed.

import { current, navigate } from "./router.js";
import { live, pause } from "./live.js";
import { nextTheme } from "./theme.js";

const GO = {
  s: ["/", "Start"],
  r: ["/requests", "Requests"],
  d: ["/records", "Records"],
  e: ["/emails", "Emails"],
  n: ["/notifications", "Notifications"],
  w: ["/deliveries", "Webhooks"],
  c: ["/control", "Control"],
  a: ["/reference", "API reference"],
};

const KEYS = {
  "/": [focusSearch, "Search in the view"],
  j: [() => step(1), "Next entry of the list"],
  k: [() => step(-1), "Previous entry of the list"],
  p: [() => pause(!live.isPaused), "Pause or resume the requests"],
  t: [nextTheme, "Theme: automatic, light, dark"],
  "?": [() => navigate("/help"), "This list"],
};

// All shortcuts as pairs of keys and what they do, for the help.
export const shortcuts = () => [
  ...Object.entries(KEYS).map(([key, [, text]]) => [[key], text]),
  ...Object.entries(GO).map(([key, [, text]]) => [["g", key], `Go to: ${text}`]),
  [["Esc"], "Close the menu, or leave the field"],
];

let isGoing = false;

export function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { target } = event;
    if (target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const wasGoing = isGoing;
    isGoing = event.key === "g" && !wasGoing;
    if (isGoing) return;
    const action = wasGoing ? GO[event.key] && (() => navigate(GO[event.key][0])) : KEYS[event.key]?.[0];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function focusSearch() {
  document.querySelector("main input[type=search], main input[type=text]")?.focus();
}

// The entries of a list are links of the class `entry`.
function step(by) {
  const entries = [...document.querySelectorAll("main a.entry")];
  if (!entries.length) return;
  const at = entries.findIndex((one) => one.getAttribute("aria-current") === "true");
  const next = entries[Math.min(Math.max(at + by, 0), entries.length - 1)];
  next.focus();
  if (current().view.opensByKey !== false) next.click();
}
