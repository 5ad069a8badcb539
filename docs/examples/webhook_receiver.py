"""Receive webhooks: register an endpoint, verify the signature of each delivery, process its event.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from lvng import LvngClient, webhooks

events: queue.Queue[webhooks.WebhookEvent] = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    """Accepts deliveries; responds at once and leaves the processing to another thread."""

    secret = ""

    def do_POST(self) -> None:
        # The raw body: JSON that was parsed and serialized again does not match the signature.
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
        """Do not log requests."""


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
        if event["event"] == "message.created":
            print("received:", event["event"], event["data"]["content"])
        client.developer.delete_webhook(endpoint["id"])
        server.shutdown()


if __name__ == "__main__":
    main()
