// Icons: strokes on a grid of 24, decorative only; what they stand for is written beside them.

import { html, svg } from "../vendor/lit-html/lit-html.js";

const SHAPES = {
  start: svg`<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"/>`,
  requests: svg`<path d="M4 7h13m0 0-3.5-3.5M17 7l-3.5 3.5M20 17H7m0 0 3.5-3.5M7 17l3.5 3.5"/>`,
  records: svg`<ellipse cx="12" cy="6" rx="7.5" ry="3"/><path d="M4.5 6v12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3"/>`,
  emails: svg`<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
  notifications: svg`<path d="M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.500H4S6 15 6 10m4 9.500a2 2 0 0 0 4 0"/>`,
  deliveries: svg`<path d="M4 12 20 4l-4.5 16-4-6.500zm7.5 1.500L20 4"/>`,
  outbox: svg`<path d="M4 13h4l1.5 3h5L16 13h4M4 13l3-8h10l3 8v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z"/>`,
  control: svg`<path d="M5 7h8m4 0h2M5 17h2m4 0h8M13 4.500v5M7 14.500v5"/>`,
  reference: svg`<path d="M12 6.500C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.500V5c-3-.5-6 0-8 1.500zm0 0v13"/>`,
  account: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
  faults: svg`<path d="M13 3 5 13.500h6L10 21l9-11h-6.500z"/>`,
  snapshot: svg`<path d="M4 8h4l1.5-2.500h5L16 8h4v11H4z"/><circle cx="12" cy="13" r="3.5"/>`,
  reset: svg`<path d="M5 5v5h5M5.5 10a7.5 7.5 0 1 1-1 5"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.500v-3a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3"/>`,
  again: svg`<path d="M19 5v5h-5M18.5 10a7.5 7.5 0 1 0 1 5"/>`,
  pause: svg`<path d="M9 5v14M15 5v14"/>`,
  play: svg`<path d="M8 5v14l11-7z"/>`,
  clear: svg`<path d="M5 7h14M10 7V4.500h4V7m-7.5 0 .8 13h9.400l.8-13"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  back: svg`<path d="M19 12H5m6-6-6 6 6 6"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  theme: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.500v17a8.5 8.5 0 0 0 0-17" fill="currentColor"/>`,
  help: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.500a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .8-1 1.700m0 3v.010"/>`,
  down: svg`<path d="m7 10 5 5 5-5"/>`,
  check: svg`<path d="m5 12.5 4.5 4.500L19 7.5"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
};

export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
