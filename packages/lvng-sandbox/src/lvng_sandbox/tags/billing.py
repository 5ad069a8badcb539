"""Billing: credits, payment methods, invoices and alerts. Nothing is charged."""

from __future__ import annotations

import hashlib
from typing import Any

from ..billing.credits import (
    PLANS,
    auto_reload,
    balance,
    buy,
    payment_method,
    plan_of,
    set_auto_reload,
)
from ..billing.invoice_pdf import text_page
from ..platform.call import Binary, Call
from ..platform.context import Context
from ..platform.crud import record_response, slice_response
from ..platform.kinds import Rule
from ..platform.registry import computed, define_collection, handler, rules, seed
from ..store.database import Record
from ..usage.ledger import CURRENCY
from ..usage.metrics import read_period
from ..usage.reports import model_rows, usage_rows

CARDS = {"mastercard": "4444", "amex": "8431", "discover": "1117"}
"""Brands that a token such as `tok_mastercard` may name, with the last digits of the card; the default is Visa."""
VISA = "4242"
_VALID_YEARS = 3
_LIMITS = {"free": (60, 1_000, 10_000), "pro": (300, 10_000, 100_000), "enterprise": (None,) * 3}
_FEATURES = {
    "free": ["Three agents"],
    "pro": ["Unlimited agents"],
    "enterprise": ["Unlimited agents", "Single sign-on"],
}


@computed("billing.plans")
def _computed_plan(context: Context, plan: Record) -> dict[str, Any]:
    return {"is_current": plan["id"] == plan_of(context)}


define_collection("billing.purchases", "/api/v2/billing/credits/purchase", "id", "CreditPurchase")
rules(
    billing__plans=Rule(visible="all"),
    billing__invoices=Rule(newest_first=True),
)


@handler("billing.balance")
def get_balance(call: Call) -> Any:
    return call.fill({"data": balance(call)})


@handler("billing.usage_chart")
def usage_chart(call: Call) -> Any:
    period = read_period(call)
    daily = [
        {name: row[name] for name in ("date", "credits", "requests")}
        for row in usage_rows(call, period)
    ]
    models = [
        {name: row[name] for name in ("model", "credits", "requests")}
        for row in model_rows(call, period)
    ]
    return call.fill({"data": {"daily_usage": daily, "model_breakdown": models}})


@handler("billing.get_auto_reload")
def get_auto_reload(call: Call) -> Any:
    return call.fill({"data": auto_reload(call)})


@handler("billing.update_auto_reload")
def update_auto_reload(call: Call) -> Any:
    config = {**auto_reload(call), **call.body, "updated_at": call.now()}
    if config["enabled"]:
        payment_method(call, config["payment_method_id"])
    return call.fill({"data": set_auto_reload(call, config)})


@handler("billing.add_payment_method")
def add_payment_method(call: Call) -> Any:
    """The id is derived from the token, so that adding a token twice is a conflict."""
    methods, token = call.records("billing.payment_methods"), call.body["token"]
    brand = next((name for name in CARDS if name in token.lower()), "visa")
    method = methods.add(
        {"type": "card", "brand": brand, "last4": CARDS.get(brand, VISA), "exp_month": 12},
        id=f"pm_{hashlib.sha256(f'{call.tenant} {token}'.encode()).hexdigest()[:16]}",
        exp_year=int(call.now()[:4]) + _VALID_YEARS,
    )
    if call.body.get("set_default") or methods.count(is_default=True) == 0:
        method = _make_default(call, method["id"])
    return record_response(call, methods, method)


@handler("billing.remove_payment_method")
def remove_payment_method(call: Call) -> Any:
    methods = call.records("billing.payment_methods")
    removed = methods.delete(call.path["id"])
    left = methods.all()
    if removed["is_default"] and left:
        _make_default(call, left[0]["id"])
    config = auto_reload(call)
    if config["payment_method_id"] == removed["id"]:
        set_auto_reload(call, {**config, "payment_method_id": None})
    return call.fill({"message": "Payment method removed"})


@handler("billing.list_invoices")
def list_invoices(call: Call) -> Any:
    invoices, query = call.records("billing.invoices"), call.query
    wanted = {"status": query["status"]} if "status" in query else {}
    first, last = query.get("start", ""), query.get("end", "~")  # after every digit
    found = [one for one in invoices.all(**wanted) if first <= one["created_at"][:10] <= last]
    return slice_response(call, found[::-1])


@handler("billing.download_invoice")
def download_invoice(call: Call) -> Binary:
    invoice = call.records("billing.invoices").get(call.path["id"])
    currency = invoice["currency"]
    lines = [
        f"Date: {invoice['created_at'][:10]}",
        f"Period: {invoice['period_start']} to {invoice['period_end']}",
        f"Status: {invoice['status']}",
        "",
        *(
            f"{line['description']}, {line['quantity']:g}: {line['amount']:.2f} {currency}"
            for line in invoice["lines"]
        ),
        "",
        *(
            f"{name.capitalize()}: {invoice[name]:.2f} {currency}"
            for name in ("subtotal", "tax", "total")
        ),
    ]
    content = text_page(f"Invoice {invoice['number']}", lines)
    return Binary(content, f"{invoice['number']}.pdf", "application/pdf")


@handler("billing.create_alert")
def create_alert(call: Call) -> Any:
    period = call.body.get("period", "month") if call.body["type"] == "spend" else None
    fields = {"channels": ["email"], **call.body, "is_active": True}
    alerts = call.records("billing.alerts")
    alert = alerts.add(fields, period=period)
    call.enqueue("credits.settle")  # it may fire at once
    return record_response(call, alerts, alert)


@handler("billing.purchase_credits")
def purchase_credits(call: Call) -> Any:
    method = payment_method(call, call.body.get("payment_method_id"))
    return call.fill({"data": buy(call, call.body["credits"], method)})


def _make_default(call: Call, id: str) -> Record:
    methods = call.records("billing.payment_methods")
    for method in methods.all(is_default=True):
        methods.put({**method, "is_default": False})
    return methods.put({**methods.get(id), "is_default": True})


@seed
def add_examples(context: Context) -> None:
    """Add all plans; mark the example invoice and purchase as paid."""
    plans = context.records("billing.plans")
    for id, plan in PLANS.items():
        minute, hour, day = _LIMITS[id]
        known = {"id": id, "currency": CURRENCY, "interval": "month", "features": _FEATURES[id]}
        limits = {"per_minute": minute, "per_hour": hour, "per_day": day}
        plans.put(
            context.defaults.record(plans.kind.schema, {**plan, **known, "rate_limits": limits})
        )
    invoices = context.records("billing.invoices")
    for invoice in invoices.all():
        invoices.put({**invoice, "status": "paid"})
    purchases = context.records("billing.purchases")
    for purchase in purchases.all():
        purchases.put({**purchase, "status": "succeeded"})
    alerts = context.records("billing.alerts")
    for alert in alerts.all():
        alerts.put({**alert, "last_triggered_at": None})
