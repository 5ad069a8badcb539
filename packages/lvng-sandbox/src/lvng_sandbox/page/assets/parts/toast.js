// A short message at the bottom of the page, read out by screen readers.

import { html } from "../vendor/lit-html/lit-html.js";
import { update } from "../render.js";

const SHOWN = 4000; // milliseconds

let message = null;
let timer = 0;

// Tell what was done.
export function say(text, isError = false) {
  message = { text, isError };
  clearTimeout(timer);
  timer = setTimeout(() => {
    message = null;
    update();
  }, SHOWN);
  update();
}

// Do something, and tell if it failed.
export async function attempt(action, done = "") {
  try {
    const result = await action();
    if (done) say(done);
    return result;
  } catch (error) {
    if (error.status !== 401) say(error.message, true); // then the page asks for the token
    return undefined;
  } finally {
    update();
  }
}

export const toast = () => html`<div class="toasts" role="status">
  ${message && html`<p class="toast ${message.isError ? "bad" : ""}">${message.text}</p>`}
</div>`;
