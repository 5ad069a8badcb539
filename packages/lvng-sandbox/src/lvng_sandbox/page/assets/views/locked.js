// What is shown in place of a view while the token is not known.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live, look } from "../live.js";
import { setToken, token } from "../token.js";
import { update } from "../render.js";

let isWrong = false;

// Whether a view needs the token and it is not known. The reference and the help need none.
export const isLocked = (view) => live.isLocked && !["reference", "help"].includes(view.name);

export const locked = () => html`<section class="card token" aria-label="Token">
  <h1 tabindex="-1">This page needs the token</h1>
  <p class="dim">The sandbox runs in a container, or on another machine. Open the link that <code>lvng-sandbox serve</code>
    printed, or paste the token, which it printed as <code>LVNG_SANDBOX_TOKEN</code>.</p>
  <form class="row" @submit=${unlock}>
    <label class="grow"><span class="hidden">Token</span>
      <input type="password" name="token" autocomplete="off" required placeholder="lvng_sandbox_…" aria-invalid=${isWrong ? "true" : nothing}
        aria-describedby="wrong"></label>
    <button class="primary" type="submit">Open</button>
  </form>
  <p id="wrong" class="bad-text" role="alert">${isWrong ? "This is not the token of this sandbox." : nothing}</p>
</section>`;

async function unlock(event) {
  event.preventDefault();
  const before = token();
  setToken(new FormData(event.target).get("token").trim());
  try {
    await look();
    location.reload(); // every view starts anew
  } catch (error) {
    setToken(before);
    isWrong = error.status === 401;
    live.failure = isWrong ? "" : error.message;
    update();
  }
}
