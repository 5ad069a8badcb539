"""Billing: credits and what they cost, payment methods, invoices and alerts. No money moves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
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
from ..platform.accounts import Caller
from ..platform.call import Binary, Call
from ..platform.crud import answer_record, answer_slice
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, keeps, rules, sows
from ..store.database import Record
from ..usage.ledger import CURRENCY, Entry, credits_of
from ..usage.metrics import read_period, requests_in, spent_in

CARDS = {"mastercard": "4444", "amex": "8431", "discover": "1117"}
"""Brands that a token may name, `tok_mastercard`, each with its digits; all others are Visa."""
VISA = "4242"
_VALID_YEARS = 3
_LIMITS = {"free": (60, 1_000, 10_000), "pro": (300, 10_000, 100_000), "enterprise": (None,) * 3}
_FEATURES = {
    "free": ["Three agents"],
    "pro": ["Unlimited agents"],
    "enterprise": ["Unlimited agents", "Single sign-on"],
}


def _derive_plan(platform: Platform, caller: Caller, plan: Record) -> dict[str, Any]:
    return {"is_current": plan["id"] == plan_of(platform, caller)}


keeps("billing.purchases", "/api/v2/billing/credits/purchase", "id", "CreditPurchase")
rules(
    billing__plans=Rule(visible="all", derive=_derive_plan),
    billing__invoices=Rule(newest_first=True),
)


@handles("billing.balance")
def get_balance(call: Call) -> Any:
    return call.fill({"data": balance(call.platform, call.caller)})


@handles("billing.usage_chart")
def usage_chart(call: Call) -> Any:
    period = read_period(call)
    spent = spent_in(call, period)
    by_step: dict[str, list[Entry]] = defaultdict(list)
    by_model: dict[str, list[Entry]] = defaultdict(list)
    for entry in spent:
        by_step[period.step(entry.at)].append(entry)
        by_model[entry.model].append(entry)
    requests = requests_in(call, period)
    daily = [
        {"date": step, "credits": credits_of(by_step[step]), "requests": requests[step].count}
        for step in period.steps()
    ]
    models = [
        {"model": model, "credits": credits_of(found), "requests": len(found)}
        for model, found in by_model.items()
    ]
    return call.fill({"data": {"daily_usage": daily, "model_breakdown": models}})


@handles("billing.get_auto_reload")
def get_auto_reload(call: Call) -> Any:
    return call.fill({"data": auto_reload(call.platform, call.caller)})


@handles("billing.update_auto_reload")
def update_auto_reload(call: Call) -> Any:
    config = {**auto_reload(call.platform, call.caller), **call.body, "updated_at": call.now()}
    if config["enabled"]:
        payment_method(call.platform, call.caller, config["payment_method_id"])
    return call.fill({"data": set_auto_reload(call.platform, call.caller, config)})


@handles("billing.add_payment_method")
def add_payment_method(call: Call) -> Any:
    """Its id follows from the token, so the same token once more is a conflict."""
    methods, token = call.records("billing.payment_methods"), call.body["token"]
    brand = next((name for name in CARDS if name in token.lower()), "visa")
    method = methods.add(
        {"type": "card", "brand": brand, "last4": CARDS.get(brand, VISA), "exp_month": 12},
        id=f"pm_{hashlib.sha256(f'{call.caller.tenant} {token}'.encode()).hexdigest()[:16]}",
        exp_year=int(call.now()[:4]) + _VALID_YEARS,
    )
    if call.body.get("set_default") or methods.count(is_default=True) == 0:
        method = _make_default(call, method["id"])
    return answer_record(call, methods, method)


@handles("billing.remove_payment_method")
def remove_payment_method(call: Call) -> Any:
    methods = call.records("billing.payment_methods")
    removed = methods.remove(call.path["id"])
    left = methods.all()
    if removed["is_default"] and left:
        _make_default(call, left[0]["id"])
    config = auto_reload(call.platform, call.caller)
    if config["payment_method_id"] == removed["id"]:
        set_auto_reload(call.platform, call.caller, {**config, "payment_method_id": None})
    return call.fill({"message": "Payment method removed"})


@handles("billing.list_invoices")
def list_invoices(call: Call) -> Any:
    invoices, query = call.records("billing.invoices"), call.query
    wanted = {"status": query["status"]} if "status" in query else {}
    first, last = query.get("start", ""), query.get("end", "~")  # after every digit
    found = [one for one in invoices.all(**wanted) if first <= one["created_at"][:10] <= last]
    return answer_slice(call, found[::-1])


@handles("billing.download_invoice")
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


@handles("billing.create_alert")
def create_alert(call: Call) -> Any:
    period = call.body.get("period", "month") if call.body["type"] == "spend" else None
    fields = {"channels": ["email"], **call.body, "is_active": True}
    alerts = call.records("billing.alerts")
    alert = alerts.add(fields, period=period)
    call.platform.jobs.add(call.caller, "credits.settle")  # it may be due already
    return answer_record(call, alerts, alert)


@handles("billing.purchase_credits")
def purchase_credits(call: Call) -> Any:
    method = payment_method(call.platform, call.caller, call.body.get("payment_method_id"))
    return call.fill({"data": buy(call.platform, call.caller, call.body["credits"], method)})


def _make_default(call: Call, id: str) -> Record:
    methods = call.records("billing.payment_methods")
    for method in methods.all(is_default=True):
        methods.keep({**method, "is_default": False})
    return methods.keep({**methods.get(id), "is_default": True})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """All plans; an invoice that was paid, for the credits of the example purchase."""
    plans = platform.records(caller, "billing.plans")
    for id, plan in PLANS.items():
        minute, hour, day = _LIMITS[id]
        known = {"id": id, "currency": CURRENCY, "interval": "month", "features": _FEATURES[id]}
        limits = {"per_minute": minute, "per_hour": hour, "per_day": day}
        plans.keep(
            platform.shapes.record(plans.kind.schema, {**plan, **known, "rate_limits": limits})
        )
    invoices = platform.records(caller, "billing.invoices")
    for invoice in invoices.all():
        invoices.keep({**invoice, "status": "paid"})
    purchases = platform.records(caller, "billing.purchases")
    for purchase in purchases.all():
        purchases.keep({**purchase, "status": "succeeded"})
    alerts = platform.records(caller, "billing.alerts")
    for alert in alerts.all():
        alerts.keep({**alert, "last_triggered_at": None})
