"""Webhook endpoints, their deliveries, the log of events, and the usage of keys."""

from __future__ import annotations

from typing import Any

from ..outbox.deliveries import EVENT_TYPES, RETRIES, secret_key, send_again, start_delivery
from ..outbox.webhooks import is_receiver
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..problems import conflict, unprocessable
from ..store.database import Record
from ..usage.audit import requests_by_day

_CHANGES = ("created", "updated", "deleted")

rules(
    developer=Rule(unique=(("url",),)),
    developer__deliveries=Rule(newest_first=True),
)


@handler("developer.create_webhook")
def create_webhook(call: Call) -> Any:
    _check_address(call)
    endpoint = call.records("developer").add(call.body, is_active=True)
    return call.fill({"data": {**endpoint, "secret": _new_secret(call, endpoint)}})


@handler("developer.update_webhook")
def update_webhook(call: Call) -> Any:
    _check_address(call)
    endpoints = call.records("developer")
    return record_response(call, endpoints, update_record(call, endpoints, call.path["id"]))


@handler("developer.delete_webhook")
def delete_webhook(call: Call) -> Any:
    endpoint = call.records("developer").delete(call.path["id"])
    call.store.delete_value(secret_key(endpoint["id"]))
    return call.fill({"message": "Webhook deleted"})


@handler("developer.rotate_webhook_secret")
def rotate_webhook_secret(call: Call) -> Any:
    endpoint = call.records("developer").change(call.path["id"], {})
    return call.fill({"data": {**endpoint, "secret": _new_secret(call, endpoint)}})


@handler("developer.test_webhook")
def test_webhook(call: Call) -> Any:
    """Send a sample event, even to an endpoint that is paused or does not subscribe to it."""
    endpoint = call.records("developer").get(call.path["id"])
    event = call.body.get("event", "message.created")
    delivery = start_delivery(call, endpoint, event, _sample(call, event))
    return call.fill({"data": delivery})


@handler("developer.retry_delivery")
def retry_delivery(call: Call) -> Any:
    call.records("developer").get(call.path["id"])
    deliveries = call.records("developer.deliveries", call.path["id"])
    delivery = deliveries.get(call.path["delivery_id"])
    if delivery["status"] != "failed":
        raise conflict(f"The delivery is {delivery['status']}; only a failed one is sent again")
    return call.fill({"data": send_again(call, delivery)})


@handler("developer.list_event_types")
def list_event_types(call: Call) -> Any:
    changes = {
        f"{kind.rule.event}.{change}"
        for kind in call.platform.kinds.values()
        if kind.rule.event
        for change in _CHANGES
    }
    types = [
        {"name": name, "description": EVENT_TYPES.get(name), "category": name.partition(".")[0]}
        for name in sorted(changes | EVENT_TYPES.keys())
    ]
    return call.fill({"data": types})


@handler("developer.key_usage")
def key_usage(call: Call) -> Any:
    key = call.records("api_keys").get(call.path["id"])
    days = [day["requests"] for day in requests_by_day(call, key["id"])]
    return call.fill({"data": {"key_id": key["id"], "days": len(days), "sparkline": days}})


@seed
def add_examples(context: Context) -> None:
    """Pause the example endpoint, as it is not on this machine; fail its delivery, so that it can be retried."""
    endpoints = context.records("developer")
    for endpoint in endpoints.all():
        context.store.set_value(secret_key(endpoint["id"]), endpoint["secret"])
        address = "https://example.com/hooks/paused"  # differs from the example of a new one
        endpoints.put({**endpoint, "url": address, "is_active": False, "secret": None})
        deliveries = context.records("developer.deliveries", endpoint["id"])
        nothing = dict.fromkeys(
            ("response_status", "response_body", "next_retry_at", "delivered_at")
        )
        for delivery in deliveries.all():
            failed = {"status": "failed", "attempt": len(RETRIES) + 1}
            deliveries.put({**delivery, **failed, **nothing})


def _check_address(call: Call) -> None:
    url = call.body.get("url", "https:")
    if not url.startswith("https:") and not (
        url.startswith("http:") and is_receiver(url, call.platform.webhook_hosts)
    ):
        raise unprocessable("url", "must be https; http is for receivers on this machine")


def _new_secret(call: Call, endpoint: Record) -> str:
    secret = f"whsec_{call.platform.random.hex(16)}"
    call.store.set_value(secret_key(endpoint["id"]), secret)
    return secret


def _sample(call: Call, event: str) -> dict[str, Any]:
    """A sample payload: the contract's example of the record that the event is about."""
    prefix = event.partition(".")[0]
    kinds = call.platform.kinds.values()
    kind = next((kind for kind in kinds if kind.rule.event == prefix), None)
    if kind is None:
        return {"test": True}
    sample: dict[str, Any] = call.defaults.example(kind.schema)
    return sample
