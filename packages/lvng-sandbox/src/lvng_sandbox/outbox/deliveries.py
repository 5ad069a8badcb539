"""Webhook deliveries: start them for events, make attempts, and record the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.context import Context
from ..platform.jobs import AfterCommit, argument_of_job
from ..platform.registry import job, on_event
from ..store.database import Record, define_tables
from .webhooks import DeliveryResult, post

define_tables(
    f"CREATE INDEX IF NOT EXISTS jobs_delivery ON jobs ({argument_of_job('delivery_id')});"
)

_DELIVER = "webhooks.deliver"
RETRIES = (1, 5, 30)
"""Seconds before each retry."""
EVENT_TYPES = {
    "message.created": "A message was posted",
    "message.updated": "A message was edited",
    "message.deleted": "A message was deleted",
    "agent.started": "An agent began to work",
    "agent.completed": "An agent finished its work",
    "agent.error": "An agent failed",
    "workflow.started": "A workflow began to run",
    "workflow.completed": "A workflow finished",
    "workflow.failed": "A workflow failed",
    "member.joined": "Somebody joined",
    "member.left": "Somebody left",
    "credit.low": "Few credits are left",
    "swarm.spawn": "A swarm began to work",
    "knowledge.indexed": "Knowledge was taken in",
}


@on_event
def deliver_event(context: Context, event: str, data: Mapping[str, Any]) -> None:
    """Log an event, and start a delivery to each endpoint that subscribes to it."""
    workspace_id = data.get("workspace_id")
    properties = {
        "message": EVENT_TYPES.get(event),
        "workspace_id": workspace_id,
        "data": dict(data),
    }
    log_event(context, event, properties)
    for endpoint in context.records("developer").all(is_active=True):
        if event in endpoint["events"]:
            start_delivery(context, endpoint, event, data)


def log_event(context: Context, type: str, properties: Mapping[str, Any]) -> None:
    """Add an event to the developer's log."""
    fields = {"type": type, "level": "info", "api_key_id": context.caller.key_id, **properties}
    context.records("developer.events").add(fields)


def start_delivery(
    context: Context, endpoint: Record, event: str, data: Mapping[str, Any]
) -> Record:
    """Start the delivery of an event to an endpoint."""
    payload = {"event": event, "timestamp": context.now(), "data": dict(data)}
    deliveries = context.records("developer.deliveries", endpoint["id"])
    delivery = deliveries.add({"event": event, "payload": payload}, status="pending", attempt=1)
    _enqueue_attempt(context, delivery, attempt=1)
    return delivery


def send_again(context: Context, delivery: Record) -> Record:
    """Make the next attempt of a delivery now. One that is on its way is not sent twice."""
    if delivery["status"] == "pending":
        return delivery
    if not context.platform.jobs.hasten(_DELIVER, "delivery_id", delivery["id"]):
        _enqueue_attempt(context, delivery, attempt=delivery["attempt"] + 1)
    deliveries = context.records("developer.deliveries", delivery["webhook_id"])
    return deliveries.put({**delivery, "status": "pending", "next_retry_at": None})


def _enqueue_attempt(
    context: Context, delivery: Record, *, attempt: int, after: float = 0.0
) -> None:
    """Queue an attempt of a delivery."""
    ids = {"webhook_id": delivery["webhook_id"], "delivery_id": delivery["id"]}
    context.enqueue(_DELIVER, after=after, attempt=attempt, **ids)


def secret_key(endpoint_id: str) -> str:
    """The name under which an endpoint's secret is stored; its record does not contain it."""
    return f"webhook secret {endpoint_id}"


@job(_DELIVER)
def deliver(context: Context, arguments: dict[str, Any]) -> AfterCommit | None:
    """Attempt a delivery. It is sent outside the transaction, as a receiver may be slow."""
    found = _find(context, arguments)
    if found is None:
        return None
    endpoint, delivery = found
    secret = context.store.get_value(secret_key(endpoint["id"])) or ""
    origin = context.store.origin

    hosts = context.platform.webhook_hosts

    async def outside() -> None:
        outcome = await post(endpoint["url"], secret, delivery["payload"], hosts)
        with context.store.transaction(origin):
            _record_result(context, arguments, outcome)

    return outside


def _find(context: Context, arguments: Mapping[str, Any]) -> tuple[Record, Record] | None:
    """Find the endpoint and the delivery; None if one was deleted."""
    endpoint = context.records("developer").find(arguments["webhook_id"])
    deliveries = context.records("developer.deliveries", arguments["webhook_id"])
    delivery = deliveries.find(arguments["delivery_id"])
    return None if endpoint is None or delivery is None else (endpoint, delivery)


def _record_result(context: Context, arguments: Mapping[str, Any], outcome: DeliveryResult) -> None:
    """Store the result of an attempt, and queue a retry if it failed."""
    found = _find(context, arguments)
    if found is None:
        return
    endpoint, delivery = found
    now, attempt, failed = context.now(), arguments["attempt"], outcome.error is not None
    wait = RETRIES[attempt - 1] if failed and attempt <= len(RETRIES) else None
    endpoint["failure_count"] = endpoint["failure_count"] + 1 if failed else 0
    endpoint |= {"last_delivery_at": now, "last_status": outcome.status}
    context.records("developer").put(endpoint)
    delivery |= {
        "status": "retrying" if wait else "failed" if failed else "delivered",
        "attempt": attempt,
        "response_status": outcome.status,
        "response_body": outcome.body,
        "error": outcome.error,
        "duration_ms": 0.0 if context.platform.clock.is_frozen else outcome.milliseconds,
        "next_retry_at": context.later(wait) if wait else None,
        "delivered_at": None if failed else now,
    }
    context.records("developer.deliveries", endpoint["id"]).put(delivery)
    if wait:
        _enqueue_attempt(context, delivery, attempt=attempt + 1, after=wait)
    if failed:
        _log_failure(context, delivery)


def _log_failure(context: Context, delivery: Record) -> None:
    properties = {
        "level": "error" if delivery["status"] == "failed" else "warning",
        "message": f"Attempt {delivery['attempt']} failed: {delivery['error']}",
        "webhook_id": delivery["webhook_id"],
        "data": {"delivery_id": delivery["id"], "status": delivery["response_status"]},
    }
    log_event(context, "webhook.delivery_failed", properties)
