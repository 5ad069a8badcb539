// Requests as programs: for curl, and for the Python SDK.

let document_ = null; // of the API; read when it is first needed

// A request as a command. The key stands in a variable, as the sandbox prints it.
export function asCurl(request) {
  const method = request.method === "GET" ? "" : `-X ${request.method} `;
  const lines = [`curl ${method}"$LVNG_BASE_URL${inQuotes(addressOf(request))}"`];
  if (request.account) lines.push(`-H "Authorization: Bearer $LVNG_API_KEY"`);
  const type = request.headers["content-type"] ?? "";
  if (hasBody(request) && type.startsWith("multipart/")) {
    lines.push("-F file=@FILE");
  } else if (hasBody(request)) {
    lines.push(`-H ${quoted(`Content-Type: ${type || "application/json"}`)}`);
    lines.push(`--data ${quoted(typeof request.body === "string" ? request.body : JSON.stringify(request.body))}`);
  }
  return `${lines.join(" \\\n  ")}\n`;
}

// A request as a call of the SDK: of its method, where the operation and all arguments are known.
export async function asPython(request) {
  document_ ??= await (await fetch("/openapi.json")).json();
  const call = ofMethod(document_, request) ?? ofRequest(request);
  const print = call.isStream
    ? `for event in ${call.text}:\n    print(event)`
    : `print(${call.text})`;
  return `from lvng import LvngClient\n\nwith LvngClient() as client:  # LVNG_API_KEY, LVNG_BASE_URL\n${indented(print)}\n`;
}

// The call of a method, such as `client.notes.create(content="…")`; null if an argument is not one of the contract's.
export function ofMethod(document_, request) {
  const found = operationOf(document_, request.operation);
  if (!found) return null;
  const [path, operation] = found;
  const parameters = [...(operation.parameters ?? [])].map((one) => resolved(document_, one));
  const fields = bodyFields(document_, operation);
  const body = request.body ?? {};
  if (typeof body !== "object" || Array.isArray(body) || (fields === null && hasBody(request))) return null;
  const known = parameters.filter((one) => one.in === "query");
  const ids = idsIn(path, request.path);
  if (!ids || !request.query.every(([name]) => known.some((one) => one.name === name))) return null;
  if (!Object.keys(body).every((name) => fields?.includes(name))) return null;
  const args = [
    ...ids.map((id) => literal(id)),
    ...queryArguments(document_, known, request.query),
    ...Object.entries(body).map(([name, value]) => `${snake(name)}=${literal(value)}`),
  ];
  const isStream = Object.values(operation.responses).some((one) => resolved(document_, one).content?.["text/event-stream"]);
  return { text: `client.${request.operation}(${args.join(", ")})`, isStream };
}

function ofRequest(request) {
  const args = [literal(request.method), literal(request.path)];
  if (request.query.length) args.push(`query=${literal(grouped(request.query))}`);
  if (hasBody(request)) args.push(typeof request.body === "string" ? `content=${literal(request.body)}.encode()` : `json=${literal(request.body)}`);
  return { text: `client.request(${args.join(", ")}).text`, isStream: false };
}

function operationOf(document_, id) {
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const operation of Object.values(item)) if (operation.operationId === id) return [path, operation];
  }
  return null;
}

// The names of a JSON body's members; null for any other body.
function bodyFields(document_, operation) {
  const schema = operation.requestBody && resolved(document_, operation.requestBody).content["application/json"]?.schema;
  return schema ? Object.keys(resolved(document_, schema).properties ?? {}) : null;
}

function idsIn(template, path) {
  const [names, parts] = [template.split("/"), path.split("/")];
  if (names.length !== parts.length) return null;
  return parts.filter((_part, at) => names[at].startsWith("{"));
}

function queryArguments(document_, known, query) {
  return Object.entries(grouped(query)).map(([name, value]) => {
    const schema = resolved(document_, known.find((one) => one.name === name).schema);
    return `${snake(name)}=${literal(typed(value, schema.type))}`;
  });
}

function typed(value, type) {
  const types = [type].flat();
  if (types.includes("array")) return [value].flat();
  if (types.includes("boolean") && /^(true|false)$/.test(value)) return value === "true";
  return types.some((one) => one === "integer" || one === "number") ? Number(value) : value;
}

// Repeated parameters as a list.
function grouped(query) {
  const found = {};
  for (const [name, value] of query) found[name] = name in found ? [found[name], value].flat() : value;
  return found;
}

function resolved(document_, node) {
  while (node.$ref) node = node.$ref.slice(2).split("/").reduce((at, part) => at[part], document_);
  return node;
}

const hasBody = (request) => request.body !== null && request.body !== undefined;

const addressOf = (request) =>
  request.path.split("/").map(encodeURIComponent).join("/") + (request.query.length ? `?${new URLSearchParams(request.query)}` : "");

// A text in single quotes, as a shell reads it.
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

// A text in double quotes, beside a variable.
const inQuotes = (text) => text.replaceAll(/[\\"`$]/g, "\\$&");

const indented = (text) => text.replaceAll(/^(?=.)/gm, "    ");

const KEYWORDS = new Set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(" "));

// A name as Python writes it: `workspaceId` is `workspace_id`.
function snake(name) {
  const words = name.replaceAll(/([A-Z]+)([A-Z](?!s(?![a-z]))[a-z])/g, "$1_$2").replaceAll(/([^\W_A-Z])([A-Z])/g, "$1_$2");
  const found = words.replaceAll(/\W/g, "_").toLowerCase();
  return KEYWORDS.has(found) ? `${found}_` : found;
}

// A JSON value as Python writes it. The escapes of JSON are Python's, too.
function literal(value) {
  if (value === null || value === undefined) return "None";
  if (value === true || value === false) return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value).map(([name, one]) => `${literal(name)}: ${literal(one)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

// A request as a program for Node, without a dependency.
export function asNode(request) {
  const headers = [];
  if (request.account) headers.push("Authorization: `Bearer ${process.env.LVNG_API_KEY}`");
  if (hasBody(request)) headers.push('"Content-Type": "application/json"');
  const options = [];
  if (request.method !== "GET") options.push(`method: "${request.method}"`);
  if (headers.length) options.push(`headers: { ${headers.join(", ")} }`);
  if (hasBody(request)) options.push(`body: JSON.stringify(${JSON.stringify(request.body)})`);
  const lines = options.map((one) => `  ${one},\n`).join("");
  return `const response = await fetch(process.env.LVNG_BASE_URL + ${JSON.stringify(addressOf(request))}, {\n${lines}});\nconsole.log(await response.json());\n`;
}
