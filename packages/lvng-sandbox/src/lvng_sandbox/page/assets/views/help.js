// Help: the shortcuts, and where the same things are for programs.

import { html } from "../vendor/lit-html/lit-html.js";
import { shortcuts } from "../shortcuts.js";

export const help = {
  name: "help",
  title: () => "Help",
  template: () => html`<h1 tabindex="-1">Help</h1>
    <div class="cards">
      <section class="card"><h2>Keyboard</h2>
        <table class="keys"><thead class="hidden"><tr><th>Keys</th><th>What they do</th></tr></thead><tbody>${shortcuts().map(([keys, text]) => html`
          <tr><td>${keys.map((key) => html`<kbd>${key}</kbd> `)}</td><td>${text}</td></tr>`)}</tbody></table>
      </section>
      <section class="card"><h2>From programs</h2>
        <p>All that this page shows and does is also there for tests in any language: at <code>/_sandbox/</code>, described in
          <a href="/_sandbox/openapi.json" target="_blank">its own OpenAPI document</a>; as <code>lvng-sandbox</code> on the command
          line; and in Python as <code>Sandbox</code>.</p>
        <h2>What is shown</h2>
        <p>Keys, tokens and passwords are masked. The log holds the last thousand requests, fewer if they are large. Every view
          has an address of its own, filters included: it can be sent to a colleague on this machine, or kept.</p>
        <p>The page loads nothing from the network.</p>
      </section>
    </div>`,
};
