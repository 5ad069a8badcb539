"""`lvng webhooks listen`: receive webhooks on this machine, print them, and forward them."""

from __future__ import annotations

import json
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click

from lvng import LvngError
from lvng import webhooks as signatures

from .. import help_pages, output, terminal
from ..help_pages import Command
from ..session import Session, common_options, session_of

_HEADER = signatures.SIGNATURE_HEADER
_TIMEOUT = 30
_LARGEST = 16 * 2**20


@dataclass(slots=True)
class Delivery:
    """A delivery as received.

    Attributes:
        body: its body.
        headers: its headers.
    """

    body: bytes
    headers: dict[str, str]


def _receiver(deliveries: queue.Queue[Delivery]) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _LARGEST:
                self.send_error(413)
                return
            deliveries.put(Delivery(self.rfile.read(int(length)), dict(self.headers)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Do nothing: deliveries are printed, requests are not logged."""

    return Receiver


@contextmanager
def receiving(port: int) -> Iterator[tuple[int, queue.Queue[Delivery]]]:
    """Run a local server; yields its port and the queue of deliveries."""
    deliveries: queue.Queue[Delivery] = queue.Queue()
    with ThreadingHTTPServer(("127.0.0.1", port), _receiver(deliveries)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port, deliveries
        finally:
            server.shutdown()
            thread.join()


def forward(delivery: Delivery, url: str) -> str:
    """Forward a delivery with its body and headers; returns a description of the outcome."""
    left_out = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding"}
    headers = {
        name: value for name, value in delivery.headers.items() if name.lower() not in left_out
    }
    request = urllib.request.Request(url, data=delivery.body, headers=headers, method="POST")  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310 - checked
            return str(response.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return f"failed: {getattr(error, 'reason', None) or error}"


@click.pass_context
def _listen(
    context: click.Context,
    /,
    forward_to: str | None,
    events: tuple[str, ...],
    port: int,
    url: str | None,
    count: int | None,
) -> None:
    session = session_of(context)
    for given in (forward_to, url):
        if given and not given.startswith(("http://", "https://")):
            raise click.UsageError(f"A URL must begin with http:// or https://, got {given!r}")
    client = session.client()
    with receiving(port) as (bound, deliveries):
        address = url or f"http://127.0.0.1:{bound}/"
        if not events:
            events = tuple(one["name"] for one in client.developer.list_event_types()["data"])
        made: Any = client.developer.create_webhook(url=address, events=events)["data"]
        try:
            terminal.note(f"Listening at {address} for {', '.join(events)}; press Ctrl+C to stop.")
            secret = made["secret"]
            _print_deliveries(session, deliveries, secret, forward_to, count)
        finally:
            _remove(lambda: client.developer.delete_webhook(made["id"]))


def _remove(delete: Callable[[], object]) -> None:
    try:
        delete()
    except LvngError as error:
        terminal.note(f"The webhook was not removed: {error}")


def _print_deliveries(
    session: Session,
    deliveries: queue.Queue[Delivery],
    secret: str,
    forward_to: str | None,
    count: int | None,
) -> None:
    seen = 0
    while count is None or seen < count:
        try:
            # With a time-out: on Windows, Ctrl+C does not interrupt a wait without one.
            delivery = deliveries.get(timeout=0.2)
        except queue.Empty:
            continue
        if _print(session, delivery, secret, forward_to):
            seen += 1


def _print(session: Session, delivery: Delivery, secret: str, forward_to: str | None) -> bool:
    """Print a delivery if its signature is valid; returns whether it is."""
    signature = next((v for k, v in delivery.headers.items() if k.lower() == _HEADER.lower()), None)
    try:
        event = signatures.parse(delivery.body, signature, secret)
    except signatures.WebhookVerificationError as error:
        terminal.note(f"Ignored a delivery: {error.message}")
        return False
    outcome = forward(delivery, forward_to) if forward_to else ""
    format = session.format() or ("table" if terminal.for_people() else "jsonl")
    if format == "table":
        arrow = f"  → {outcome}" if outcome else ""
        output.say(f"{event['timestamp']}  {event['event']}{arrow}")
        output.say(f"  {json.dumps(event['data'], ensure_ascii=False)}")
    else:
        line = {**event, **({"forwarded": outcome} if outcome else {})}
        click.echo(json.dumps(line, ensure_ascii=False))
    return True


webhooks = click.Group(
    "webhooks",
    help="Receive webhooks on this machine.",
    context_settings=help_pages.settings(),
    commands=[
        Command(
            "listen",
            callback=_listen,
            params=[
                click.Option(
                    ["--forward-to"], metavar="URL", help="Forward each delivery to this URL."
                ),
                click.Option(
                    ["-e", "--event", "events"],
                    multiple=True,
                    metavar="NAME",
                    help="Event to listen for, repeatable; default: all.",
                ),
                click.Option(["--port"], type=int, default=0, help="Port; default: a free one."),
                click.Option(
                    ["--url"],
                    metavar="URL",
                    help="Public URL of the port, such as that of a tunnel: the live service cannot "
                    "reach a local one.",
                ),
                click.Option(["--count"], type=int, metavar="N", help="Stop after N deliveries."),
            ],
            common=common_options(),
            help=(
                "Register a webhook, print its deliveries with a valid signature, and remove it at the end."
                "\n\n\b\nExample:\n  lvng webhooks listen --forward-to http://127.0.0.1:8000/hooks"
            ),
        )
    ],
)
