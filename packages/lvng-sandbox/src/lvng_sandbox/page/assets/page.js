// Starts the page: the frame around the views, navigation, the keyboard, and a look at the server every second.

import { render } from "./vendor/lit-html/lit-html.js";
import { watch } from "./live.js";
import { onRender, update } from "./render.js";
import { current, startRouter } from "./router.js";
import { ROUTES } from "./routes.js";
import { shell } from "./shell.js";
import { startShortcuts } from "./shortcuts.js";
import { applyTheme } from "./theme.js";

const root = document.createElement("div");
root.className = "page";
document.body.append(root);

applyTheme();
onRender(() => {
  render(shell(current()), root);
  document.title = `${current().view.title(current().params)} · LVNG sandbox`;
});
startShortcuts();
startRouter(ROUTES);
update();
watch(() => current().view.refresh?.(current().params));
