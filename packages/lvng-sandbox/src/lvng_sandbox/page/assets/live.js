// What the page knows about the server: its state, the latest requests, and the account it acts for.

import { get } from "./api.js";
import { update } from "./render.js";
import { token } from "./token.js";

const INTERVAL = 1000; // milliseconds

export const live = {
  state: null, // of GET /_sandbox/state; null before the first response
  accounts: [],
  kinds: [], // of records, each with its count and the count without example data
  requests: [], // summaries, oldest first
  isPaused: false, // whether the list of requests stands still
  held: null, // the requests that are shown while it does
  failure: "", // why the server could not be reached
  isLocked: !token(), // whether the token is not known
};

let acting = sessionStorage.getItem("account") ?? "";

// The requests that are shown, latest first.
export const shownRequests = () => [...(live.held ?? live.requests)].reverse();

// The request that a response header X-Request-Id came from, if it is still in the log.
export const requestById = (id) => live.requests.find((one) => one.request_id === id);

// Have the list of requests stand still, or go on.
export function pause(isPaused) {
  live.isPaused = isPaused;
  live.held = isPaused ? live.requests : null;
  update();
}

// The account that the page acts for: its key is shown, and its calls are made with it.
export const actingAccount = () => acting || live.state?.email || "";

export function actFor(email) {
  acting = email;
  sessionStorage.setItem("account", email);
  update();
}

// Key and token of the account that the page acts for. They are asked for each time: a reset may have replaced them.
export const signIn = () => get(`/accounts/${encodeURIComponent(actingAccount())}`);

// How many records of a kind there are, without example data; of all kinds without a kind.
export const ownCount = (kind) =>
  live.kinds.reduce((sum, one) => sum + (kind === undefined || one.kind === kind ? one.own : 0), 0);

// The name of a caller: an address, if it is known.
export const accountName = (userId) => live.accounts.find((one) => one.user_id === userId)?.email ?? userId;

// Look at the server now.
export async function look() {
  const state = await get("/state");
  if (live.state?.started_at !== state.started_at) live.requests = [];
  if (live.state?.counts.accounts !== state.counts.accounts) live.accounts = await get("/accounts");
  live.state = state;
  live.kinds = await get("/records");
  await loadRequests(state.counts.requests);
  if (acting && !live.accounts.some((one) => one.email === acting)) actFor("");
  live.failure = "";
}

// Forget what a reset or a restore made invalid.
export async function startAfresh() {
  live.requests = [];
  live.held = null;
  live.isPaused = false;
  live.accounts = await get("/accounts");
  await look();
  update();
}

async function loadRequests(count) {
  const after = live.requests.at(-1)?.number ?? 0;
  const found = await get("/requests", { after, limit: 1000 });
  // The log holds the latest requests: those that are beyond its number have been dropped, or cleared.
  const kept = Math.max(count, found.length);
  live.requests = kept ? [...live.requests, ...found].slice(-kept) : [];
}

// Look at the server every second while the page is visible.
export async function watch(refreshView) {
  for (;;) {
    if (!document.hidden && !live.isLocked) {
      try {
        await look();
        await refreshView();
      } catch (error) {
        live.isLocked = error.status === 401;
        live.failure = live.isLocked ? "" : error.message;
      }
      update();
    }
    await new Promise((done) => setTimeout(done, INTERVAL));
  }
}
