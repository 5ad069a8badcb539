"""Receive webhooks in a WSGI application, for Flask, Django or plain gunicorn, and rotate the secret.

pip install lvng gunicorn; set LVNG_WEBHOOK_SECRET; gunicorn webhook_wsgi:app
"""

from __future__ import annotations

import os
import queue
from collections.abc import Iterable
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from lvng import LvngClient, webhooks

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

received: queue.Queue[webhooks.WebhookEvent] = queue.Queue()


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Accept deliveries; respond at once and leave the work to another thread."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        received.put(webhooks.parse(body, environ.get("HTTP_X_LVNG_SIGNATURE")))
    except webhooks.WebhookVerificationError as error:
        start_response("400 Bad Request", [("Content-Type", "text/plain")])
        return [error.message.encode()]
    start_response("204 No Content", [])
    return []


class Quiet(WSGIRequestHandler):
    """A request handler without logging."""

    def log_message(self, format: str, *args: object) -> None:
        """Do not log requests."""


def main() -> None:
    """Start the application on a free port, register it, and cause an event before and after a rotation."""
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server, LvngClient() as client:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = client.developer.create_webhook(
            url=f"http://127.0.0.1:{server.server_port}/", events=["message.created"]
        )["data"]
        old = endpoint["secret"] or ""
        os.environ[webhooks.SECRET_VARIABLE] = old
        workspace = client.workspaces.list()["workspaces"][0]
        channel = client.channels.list(workspace_id=workspace["id"])["channels"][0]

        def post(content: str) -> None:
            client.messages.create(channel_id=channel["id"], content=content)
            event = received.get(timeout=10)
            if event["event"] == "message.created":
                print("received:", event["data"]["content"])

        post("Before")
        new = client.developer.rotate_webhook_secret(endpoint["id"])["data"]["secret"]
        # Both are accepted until no delivery with the old signature is pending any more.
        os.environ[webhooks.SECRET_VARIABLE] = f"{new},{old}"
        post("After")
        client.developer.delete_webhook(endpoint["id"])
        server.shutdown()


if __name__ == "__main__":
    main()
