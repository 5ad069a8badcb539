// Which view an address shows. Every view has an address of its own, its filters included.

import { update } from "./render.js";

let routes = [];
let shown = null;

// The view that is shown, and the parameters of its address.
export const current = () => shown;

// A parameter of the address's query; empty without one.
export const query = (name) => new URLSearchParams(location.search).get(name) ?? "";

// Go to an address of the page.
export function navigate(address) {
  if (address === location.pathname + location.search + location.hash) return;
  history.pushState(null, "", address);
  follow();
}

// Change parameters of the query; empty ones are left out. It does not count as a step back.
export function setQuery(changes) {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
  const text = search.toString();
  history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
  shown.view.open?.(shown.params);
  update();
}

// The same query for another address, such as that of an entry of a filtered list.
export const withQuery = (path) => path + location.search;

// Follow the address from now on.
export function startRouter(table) {
  routes = table;
  shown = match(location.pathname);
  addEventListener("popstate", follow);
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || link.target || link.origin !== location.origin || !match(link.pathname)) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
  follow();
}

function follow() {
  const found = match(location.pathname);
  if (!found) return location.reload(); // not an address of the page
  const isOther = found.view !== shown.view;
  if (isOther) shown.view.close?.();
  shown = found;
  shown.view.open?.(shown.params);
  update();
  if (isOther) {
    scrollTo(0, 0);
    document.querySelector("main")?.scrollTo(0, 0); // on a phone it is what scrolls
    // So that a screen reader reads on in the new view.
    queueMicrotask(() => document.querySelector("main h1")?.focus({ preventScroll: true }));
  }
}

function match(path) {
  for (const [pattern, view] of routes) {
    const names = pattern.split("/");
    const parts = path.split("/");
    if (names.length !== parts.length) continue;
    if (!names.every((name, at) => name === parts[at] || (name.startsWith(":") && parts[at]))) continue;
    const pairs = names.map((name, at) => [name.slice(1), parts[at], name]).filter(([, , name]) => name.startsWith(":"));
    return { view, params: Object.fromEntries(pairs.map(([name, value]) => [name, decode(value)])) };
  }
  return null;
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // such as a lone percent sign
  }
}
