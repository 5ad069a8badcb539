"""Credits: those included in the plan each month, those purchased, and the balance."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..outbox.emails import send_email
from ..outbox.notifications import notify
from ..platform.context import Context
from ..platform.registry import job
from ..platform.singletons import read_singleton, write_singleton
from ..problems import Problem, unprocessable
from ..store.database import Record
from ..usage.ledger import CURRENCY, PRICE, credits_by_month, credits_since, credits_since_day
from ..usage.metrics import week_start

PLANS: dict[str, dict[str, Any]] = {
    "free": {"name": "Free", "price": 0.0, "included_credits": 500},
    "pro": {"name": "Pro", "price": 29.0, "included_credits": 5000},
    "enterprise": {"name": "Enterprise", "price": 499.0, "included_credits": 100_000},
}
RELOAD: dict[str, Any] = {
    "enabled": False,
    "threshold_credits": 100,
    "reload_amount": 1000,
    "payment_method_id": None,
    "updated_at": None,
}
_HOUR = 3_600
_SINGLETON = "auto reload"


def balance(context: Context) -> Record:
    """The balance, and what it is made of."""
    return {
        "balance": _credits_left(context),
        "included_credits": _included(context),
        "purchased_credits": _purchased(context),
        "burn_rate_per_hour": credits_since(context, context.later(-_HOUR)),
        "updated_at": context.now(),
    }


def _credits_left(context: Context) -> float:
    """The balance. Each month the included credits are used before the purchased ones."""
    included, used = _included(context), credits_by_month(context)
    this_month = used.get(context.now()[: len("2026-11")], 0.0)
    beyond = sum(max(0.0, credits - included) for credits in used.values())
    return round(max(0.0, included - this_month) + _purchased(context) - beyond, 3)


def _included(context: Context) -> int:
    included: int = PLANS[plan_of(context)]["included_credits"]
    return included


def _purchased(context: Context) -> float:
    bought = context.records("billing.purchases").all(status="succeeded")
    return float(sum(one["credits"] for one in bought))


def plan_of(context: Context) -> str:
    """The plan of the organization."""
    organization = context.records("organizations").find(context.tenant)
    plan = organization["plan"] if organization else "free"
    return plan if plan in PLANS else "free"


def payment_method(context: Context, id: str | None) -> Record:
    """The payment method with an id, or the default one.

    Raises:
        Problem: 404: it does not exist; 422: there is no default one.
    """
    methods = context.records("billing.payment_methods")
    method = methods.get(id) if id else methods.first(is_default=True)
    if method is None:
        raise unprocessable("payment_method_id", "is required: no payment method is stored")
    return method


def buy(context: Context, credits: float, method: Record) -> Record:
    """Buy credits: adds an invoice, which is paid at once, and a purchase."""
    now, amount = context.now(), round(credits * PRICE, 2)
    invoices = context.records("billing.invoices")
    line = {"description": f"{credits:g} credits", "quantity": credits, "amount": amount}
    invoice = invoices.add(
        {"status": "paid", "currency": CURRENCY, "subtotal": amount, "total": amount},
        number=f"LVNG-{now[:4]}-{invoices.count() + 1:04d}",
        lines=[line],
        period_start=now[:10],
        period_end=now[:10],
        due_at=now,
        paid_at=now,
    )
    purchases = context.records("billing.purchases")
    known = {"status": "succeeded", "amount": amount, "currency": CURRENCY}
    known |= {"payment_method_id": method["id"], "invoice_id": invoice["id"]}
    purchase = purchases.add({"credits": credits}, **known)
    return purchases.put({**purchase, "balance": _credits_left(context)})


def auto_reload(context: Context) -> dict[str, Any]:
    """The configuration of automatic reloads."""
    return {**RELOAD, **read_singleton(context.store, _SINGLETON, context.tenant)}


def set_auto_reload(context: Context, config: dict[str, Any]) -> dict[str, Any]:
    """Store the configuration of automatic reloads, and apply it."""
    write_singleton(context.store, _SINGLETON, context.tenant, config)
    context.enqueue("credits.settle")
    return config


@job("credits.settle")
def settle(context: Context, _arguments: dict[str, Any]) -> None:
    """Reload credits and fire alerts, after credits were spent."""
    config = auto_reload(context)
    alerts = context.records("billing.alerts").all(is_active=True)
    if not config["enabled"] and not alerts:
        return
    left = _credits_left(context)
    if config["enabled"] and left < config["threshold_credits"]:
        try:
            method = payment_method(context, config["payment_method_id"])
        except Problem:  # it was removed since
            pass
        else:
            left = buy(context, config["reload_amount"], method)["balance"]
    for alert in alerts:
        _check(context, alert, left)


def _check(context: Context, alert: Record, left: float) -> None:
    """Fire an alert if its threshold is reached: at most once in its period, by default a day."""
    since = _begin(context, alert["period"] or "day")
    if alert["type"] == "spend":
        used = credits_since_day(context, since)
        is_due, text = used >= alert["threshold_credits"], f"{used:g} credits used"
    else:
        is_due, text = left <= alert["threshold_credits"], f"{left:g} credits left"
    if not is_due or (alert["last_triggered_at"] or "") >= since:
        return
    alert = {**alert, "last_triggered_at": context.now()}
    context.records("billing.alerts").put(alert)
    context.emit("credit.low", {"alert": alert, "balance": left})
    title = alert["name"] or "Credits"
    fields = {"resource_type": "alert", "resource_id": alert["id"]}
    notify(context, "billing", f"{title}: {text}", **fields)
    email = context.platform.accounts.email(context.user_id)
    if email and "email" in alert["channels"]:
        send_email(context, {"to_emails": [email], "subject": title, "text": text})


def _begin(context: Context, period: str) -> str:
    """The first day of the current day, week or month."""
    today = date.fromisoformat(context.now()[:10])
    first = {"day": today, "week": week_start(today), "month": today.replace(day=1)}
    return str(first[period])
