// The addresses of the page, and the view at each.

import { control } from "./views/control.js";
import { deliveries, emails, notifications } from "./views/outbox.js";
import { help } from "./views/help.js";
import { records } from "./views/records.js";
import { reference } from "./views/reference.js";
import { requests } from "./views/requests.js";
import { start } from "./views/start.js";

export const ROUTES = [
  ["/", start],
  ["/requests", requests],
  ["/requests/:number", requests],
  ["/records", records],
  ["/records/:kind", records],
  ["/records/:kind/:id", records],
  ["/emails", emails],
  ["/emails/:id", emails],
  ["/notifications", notifications],
  ["/notifications/:id", notifications],
  ["/deliveries", deliveries],
  ["/deliveries/:id", deliveries],
  ["/control", control],
  ["/reference", reference],
  ["/help", help],
];
