"""Receive webhooks: register an endpoint, check each delivery's signature, act on what is genuine.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from lvng import LvngClient, webhooks

events: queue.Queue[webhooks.WebhookEvent] = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    """Takes deliveries; answers quickly and leaves the work to somebody else."""

    secret = ""

    def do_POST(self) -> None:
        # The raw body: parsed and written again, it would no longer match its signature.
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhooks.parse(body, self.headers[webhooks.SIGNATURE_HEADER], self.secret)
        except webhooks.WebhookVerificationError as error:
            self.send_error(400, error.message)
            return
        events.put(event)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server, LvngClient() as client:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = client.developer.create_webhook(
            url=f"http://127.0.0.1:{server.server_port}/hooks", events=["message.created"]
        )["data"]
        Receiver.secret = endpoint["secret"] or ""

        workspace = client.workspaces.list()["workspaces"][0]
        channel = client.channels.list(workspace_id=workspace["id"])["channels"][0]
        client.messages.create(channel_id=channel["id"], content="Who is listening?")

        event = events.get(timeout=10)
        print("received:", event["event"], event["data"]["content"])
        client.developer.delete_webhook(endpoint["id"])
        server.shutdown()


if __name__ == "__main__":
    main()
