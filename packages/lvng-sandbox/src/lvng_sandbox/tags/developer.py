"""For developers: webhook endpoints, their deliveries, the log of events, the use of keys."""

from __future__ import annotations

import secrets
from typing import Any

from ..outbox.deliveries import EVENT_TYPES, RETRIES, begin, schedule, secret_name
from ..outbox.webhooks import is_local
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record, change_record
from ..platform.platform import Platform
from ..platform.registry import RULES, Rule, handles, rules, sows
from ..problems import conflict, unprocessable
from ..store.database import Record
from ..usage.audit import use_by_day

_CHANGES = ("created", "updated", "deleted")

rules(
    developer=Rule(unique=(("url",),)),
    developer__deliveries=Rule(newest_first=True),
)


@handles("developer.create_webhook")
def create_webhook(call: Call) -> Any:
    _check_address(call)
    endpoint = call.records("developer").add(call.body, is_active=True)
    return call.fill({"data": {**endpoint, "secret": _new_secret(call, endpoint)}})


@handles("developer.update_webhook")
def update_webhook(call: Call) -> Any:
    _check_address(call)
    endpoints = call.records("developer")
    return answer_record(call, endpoints, change_record(call, endpoints, call.path["id"]))


@handles("developer.delete_webhook")
def delete_webhook(call: Call) -> Any:
    endpoint = call.records("developer").remove(call.path["id"])
    call.platform.store.drop_fact(secret_name(endpoint["id"]))
    return call.fill({"message": "Webhook deleted"})


@handles("developer.rotate_webhook_secret")
def rotate_webhook_secret(call: Call) -> Any:
    endpoint = call.records("developer").change(call.path["id"], {})
    return call.fill({"data": {**endpoint, "secret": _new_secret(call, endpoint)}})


@handles("developer.test_webhook")
def test_webhook(call: Call) -> Any:
    """Also a paused endpoint gets it, and one that does not subscribe to the event."""
    endpoint = call.records("developer").get(call.path["id"])
    event = call.body.get("event", "message.created")
    delivery = begin(call.platform, call.caller, endpoint, event, _sample(call, event))
    return call.fill({"data": delivery})


@handles("developer.retry_delivery")
def retry_delivery(call: Call) -> Any:
    call.records("developer").get(call.path["id"])
    deliveries = call.records("developer.deliveries", call.path["id"])
    delivery = deliveries.get(call.path["delivery_id"])
    if delivery["status"] != "failed":
        raise conflict(f"The delivery is {delivery['status']}; only a failed one is sent again")
    schedule(call.platform, call.caller, delivery, attempt=delivery["attempt"] + 1)
    return call.fill({"data": deliveries.keep({**delivery, "status": "pending"})})


@handles("developer.list_event_types")
def list_event_types(call: Call) -> Any:
    changes = {
        f"{rule.event}.{change}" for rule in RULES.values() if rule.event for change in _CHANGES
    }
    types = [
        {"name": name, "description": EVENT_TYPES.get(name), "category": name.partition(".")[0]}
        for name in sorted(changes | EVENT_TYPES.keys())
    ]
    return call.fill({"data": types})


@handles("developer.key_usage")
def key_usage(call: Call) -> Any:
    key = call.records("api_keys").get(call.path["id"])
    days = [day["requests"] for day in use_by_day(call, key["id"])]
    return call.fill({"data": {"key_id": key["id"], "days": len(days), "sparkline": days}})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example endpoint is paused, as it is not on this machine; its delivery failed, so that it can be retried."""
    endpoints = platform.records(caller, "developer")
    for endpoint in endpoints.all():
        platform.store.set_fact(secret_name(endpoint["id"]), endpoint["secret"])
        address = "https://example.com/hooks/paused"  # another than the example of a new one
        endpoints.keep({**endpoint, "url": address, "is_active": False, "secret": None})
        deliveries = platform.records(caller, "developer.deliveries", endpoint["id"])
        nothing = dict.fromkeys(
            ("response_status", "response_body", "next_retry_at", "delivered_at")
        )
        for delivery in deliveries.all():
            failed = {"status": "failed", "attempt": len(RETRIES) + 1}
            deliveries.keep({**delivery, **failed, **nothing})


def _check_address(call: Call) -> None:
    url = call.body.get("url", "https:")
    if not url.startswith("https:") and not (url.startswith("http:") and is_local(url)):
        raise unprocessable("url", "must be https; http is for receivers on this machine")


def _new_secret(call: Call, endpoint: Record) -> str:
    secret = f"whsec_{secrets.token_hex(16)}"
    call.platform.store.set_fact(secret_name(endpoint["id"]), secret)
    return secret


def _sample(call: Call, event: str) -> dict[str, Any]:
    """What an event might bring: the contract's example of the record that it is about."""
    prefix = event.partition(".")[0]
    kind = next((name for name, rule in RULES.items() if rule.event == prefix), None)
    if kind is None:
        return {"test": True}
    sample: dict[str, Any] = call.platform.shapes.example(call.platform.kinds[kind].schema)
    return sample
