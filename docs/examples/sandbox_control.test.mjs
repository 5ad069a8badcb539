// A test in Node.js that controls a sandbox: `node --test docs/examples/sandbox_control.test.mjs`.
// Start it with `lvng-sandbox serve`, and paste the three `export` lines that it prints.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { LVNG_BASE_URL, LVNG_API_KEY, LVNG_SANDBOX_TOKEN } = process.env;

async function call(token, method, path, body) {
  const response = await fetch(LVNG_BASE_URL + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const api = (...request) => call(LVNG_API_KEY, ...request);
async function control(method, path, body) {
  const { status, body: result } = await call(LVNG_SANDBOX_TOKEN, method, `/_sandbox/${path}`, body);
  assert.ok(status < 300, JSON.stringify(result));
  return result;
}

beforeEach(() => control("POST", "reset"));

test("a list that fails once succeeds the second time", async () => {
  await control("POST", "faults", { operation: "notes.list", status: 503, times: 1 });
  assert.equal((await api("GET", "/api/v2/notes")).status, 503);
  assert.equal((await api("GET", "/api/v2/notes")).status, 200);
  const requests = await control("GET", "requests?operation=notes.list&wait_for=2");
  assert.deepEqual(requests.map(({ status }) => status), [503, 200]);
});

test("two people read each other in a channel", async () => {
  const li = await control("GET", "accounts/li@example.com");
  const { body: workspaces } = await api("GET", "/api/v2/workspaces");
  const { body: found } = await api("GET", `/api/v2/channels?workspace_id=${workspaces.workspaces[0].id}`);
  const channel_id = found.channels[0].id;
  await api("POST", "/api/v2/messages", { channel_id, content: "Lunch?" });
  const { body: seen } = await call(li.api_key, "GET", `/api/v2/messages?channel_id=${channel_id}`);
  assert.equal(seen.data[0].content, "Lunch?");
});

test("time passes when the test says so", async () => {
  await control("PUT", "clock", { now: "2026-01-01T09:00:00Z", frozen: true });
  const { body: note } = await api("POST", "/api/v2/notes", { title: "New year", content: "Morning" });
  assert.equal(note.data.created_at, "2026-01-01T09:00:00.000Z");
  const clock = await control("POST", "clock/advance", { seconds: 86400 });
  assert.equal(clock.now, "2026-01-02T09:00:00.000Z");
});

test("a snapshot brings back what was deleted", async () => {
  const before = await control("POST", "snapshots");
  const { body: notes } = await api("GET", "/api/v2/notes");
  await api("DELETE", `/api/v2/notes/${notes.data[0].id}`);
  await control("POST", `snapshots/${before.name}/restore`);
  assert.equal((await api("GET", `/api/v2/notes/${notes.data[0].id}`)).status, 200);
});
