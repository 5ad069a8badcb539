// The control API of the sandbox, at /_sandbox/.

import { token } from "./token.js";

// Call the control API; the JSON of its response, or a file. A body is sent as JSON, unless it is a file.
export async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${token()}` };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  const response = await fetch(`/_sandbox${path}`, {
    method,
    headers,
    body: body === undefined || isFile ? body : JSON.stringify(body),
  });
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  if (response.ok && !isJson) return response.blob();
  const result = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(explained(result, response.status)), { status: response.status });
  return result;
}

export const get = (path, query = {}) => call("GET", path + search(query));
export const post = (path, body) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

function search(query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== null);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

function explained(result, status) {
  const details = (result.details ?? result.errors ?? []).map?.((one) => one.message ?? one).join("; ");
  return [result.error, result.message, details].filter(Boolean).join(": ") || `The sandbox answered ${status}`;
}
