// The API reference: Swagger UI over the document of the API, with the key of the account filled in.

import { html } from "../vendor/lit-html/lit-html.js";
import { live, signIn } from "../live.js";
import { attempt } from "../parts/toast.js";
import { current } from "../router.js";

const FOLDER = "/_page/vendor/swagger-ui";

let ui = null; // Swagger UI's own object
let element = null;

export const reference = {
  name: "reference",
  title: () => "API reference",
  async open() {
    if (element) return followHash();
    element = document.createElement("div");
    await attempt(show);
  },
  template: () => html`<h1 tabindex="-1" class="hidden">API reference</h1>${element}`,
};

// It is large, and loaded on this view only.
async function show() {
  const [document_] = await Promise.all([
    fetch("/openapi.json").then((response) => response.json()),
    load("script", { src: `${FOLDER}/swagger-ui-bundle.js` }),
    load("link", { rel: "stylesheet", href: `${FOLDER}/swagger-ui.css` }),
    load("link", { rel: "stylesheet", href: "/_page/styles/reference.css" }),
  ]);
  ui = globalThis.SwaggerUIBundle({
    domNode: element,
    spec: { ...document_, servers: [{ url: location.origin, description: "This sandbox" }] },
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    defaultModelsExpandDepth: -1,
    tryItOutEnabled: true,
    syntaxHighlight: { activated: true, theme: "nord" },
    validatorUrl: null,
    onComplete: authorize,
    plugins: [accessible, belowTheBar],
  });
}

// What Swagger UI lacks: a name for the field of a body, and no link inside a button. There is only one server to choose.
const accessible = () => ({
  wrapComponents: {
    TextArea: (Original, { React }) => (props) => React.createElement(Original, { ...props, "aria-label": "Request body" }),
    DeepLink: (_Original, { React }) => ({ text }) => React.createElement("span", null, text),
    ServersContainer: () => () => null,
  },
});

// Scrolls as the browser does, which knows of the bar at the top.
const belowTheBar = () => ({
  statePlugins: {
    layout: {
      wrapActions: {
        scrollToElement: (_original, system) => (found) => {
          (found.querySelector(".opblock, .opblock-tag") ?? found).scrollIntoView();
          system.layoutActions.clearScrollTo();
        },
      },
    },
  },
});

async function authorize() {
  if (live.isLocked) return;
  const { api_key: key, jwt } = await signIn();
  ui.preauthorizeApiKey("bearerAuth", key);
  ui.preauthorizeApiKey("jwtAuth", jwt);
}

function load(name, attributes) {
  return new Promise((done, failed) => {
    const made = Object.assign(document.createElement(name), attributes, { onload: done, onerror: () => failed(new Error(`${name} did not load`)) });
    document.head.append(made);
  });
}

// Swagger UI reads the fragment when it starts; later, the view starts anew.
function followHash() {
  if (!location.hash || current().view !== reference) return;
  element.replaceChildren();
  element = null;
  reference.open();
}
