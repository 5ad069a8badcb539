"""Billing: balance, purchases, invoices, automatic reloads and alerts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Api, Subscription

BILLING = "/api/v2/billing"
METHODS = f"{BILLING}/payment-methods"
DAY = 86_400


def chat(api: Api, words: int = 1) -> float:
    """Ask something; the credits it took."""
    reply = api.post("/api/v2/chat", {"message": "What is forecast for Q4? " * words})
    credits: float = reply["usage"]["credits"]
    return credits


def balance(api: Api) -> float:
    left: float = api.get(f"{BILLING}/balance")["data"]["balance"]
    return left


def add_card(api: Api, token: str = "tok_visa", **more: Any) -> dict[str, Any]:
    method: dict[str, Any] = api.post(METHODS, {"token": token, **more})["data"]
    return method


def test_usage_reduces_the_balance(stranger: Api) -> None:
    before = stranger.get(f"{BILLING}/balance")["data"]
    assert (before["balance"], before["included_credits"], before["purchased_credits"]) == (
        500,
        500,
        0,
    )
    used = chat(stranger) + chat(stranger)
    after = stranger.get(f"{BILLING}/balance")["data"]
    assert after["balance"] == pytest.approx(500 - used)
    assert after["burn_rate_per_hour"] == pytest.approx(used)


def test_credits_that_an_earlier_version_stored_count(api: Api, sandbox: Sandbox) -> None:
    used = chat(api)
    exported = sandbox.export()
    before = balance(api)
    with closing(sqlite3.connect(":memory:")) as sql:
        sql.deserialize(exported)
        sql.execute("DROP TABLE daily_credits")
        sql.commit()
        earlier = sql.serialize()
    sandbox.load(earlier)
    assert (used > 0, balance(api)) == (True, before)
    assert balance(api) - chat(api) == pytest.approx(balance(api))


def test_the_burn_rate_is_that_of_the_last_hour(sandbox: Sandbox, stranger: Api) -> None:
    chat(stranger)
    sandbox.advance(3601)
    assert stranger.get(f"{BILLING}/balance")["data"]["burn_rate_per_hour"] == 0


def test_included_credits_renew_each_month(sandbox: Sandbox, stranger: Api) -> None:
    chat(stranger)
    sandbox.advance(31 * DAY)
    assert balance(stranger) == 500


def test_purchased_credits_are_used_after_included_ones(sandbox: Sandbox, stranger: Api) -> None:
    add_card(stranger)
    stranger.post(f"{BILLING}/credits/purchase", {"credits": 1000})
    beyond = chat(stranger, words=80_100) - 500
    assert beyond > 0
    assert balance(stranger) == pytest.approx(1000 - beyond)
    sandbox.advance(31 * DAY)
    assert balance(stranger) == pytest.approx(1500 - beyond)


def test_an_organization_has_one_balance(api: Api, colleague: Api, stranger: Api) -> None:
    used = chat(colleague)
    assert balance(api) == balance(colleague) == pytest.approx(1500 - used)
    assert balance(stranger) == 500


def test_a_purchase_raises_the_balance_and_adds_an_invoice(stranger: Api) -> None:
    method = add_card(stranger)
    purchase = stranger.post(f"{BILLING}/credits/purchase", {"credits": 2000})["data"]
    assert (purchase["amount"], purchase["currency"], purchase["status"]) == (
        50.0,
        "USD",
        "succeeded",
    )
    assert (purchase["payment_method_id"], purchase["balance"]) == (method["id"], 2500)
    assert stranger.get(f"{BILLING}/balance")["data"]["purchased_credits"] == 2000
    (invoice,) = stranger.get(f"{BILLING}/invoices")["data"]
    assert invoice["id"] == purchase["invoice_id"]
    assert (invoice["status"], invoice["total"]) == ("paid", 50.0)
    assert invoice["lines"] == [{"description": "2000 credits", "quantity": 2000, "amount": 50.0}]


def test_a_purchase_needs_a_stored_payment_method(stranger: Api) -> None:
    purchase = f"{BILLING}/credits/purchase"
    stranger.post(purchase, {"credits": 1}, status=422)
    stranger.post(purchase, {"credits": 1, "payment_method_id": "pm_unknown"}, status=404)
    add_card(stranger)
    other = add_card(stranger, "tok_amex")
    body = {"credits": 1, "payment_method_id": other["id"]}
    assert stranger.post(purchase, body)["data"]["payment_method_id"] == other["id"]


def test_exactly_one_payment_method_is_the_default(stranger: Api) -> None:
    first, second = add_card(stranger), add_card(stranger, "tok_mastercard")
    assert (first["brand"], first["last4"], first["is_default"]) == ("visa", "4242", True)
    assert (second["brand"], second["is_default"]) == ("mastercard", False)
    third = add_card(stranger, "tok_amex", set_default=True)

    def default() -> list[str]:
        return [one["id"] for one in stranger.get(METHODS)["data"] if one["is_default"]]

    assert default() == [third["id"]]
    stranger.delete(f"{METHODS}/{third['id']}")
    assert default() == [first["id"]]
    stranger.post(METHODS, {"token": "tok_visa"}, status=409)


def test_invoices_are_listed_newest_first_and_filtered(sandbox: Sandbox, stranger: Api) -> None:
    add_card(stranger)
    for credits in (1, 2):
        stranger.post(f"{BILLING}/credits/purchase", {"credits": credits})
        sandbox.advance(2 * DAY)
    invoices = f"{BILLING}/invoices"
    found = stranger.get(invoices)["data"]
    assert [one["lines"][0]["quantity"] for one in found] == [2, 1]
    assert len({one["number"] for one in found}) == 2
    first = found[1]["created_at"][:10]
    assert stranger.get(invoices, end=first)["data"] == [found[1]]
    assert stranger.get(invoices, start=first, limit=1)["pagination"]["total"] == 2
    assert stranger.get(invoices, start=found[0]["created_at"][:10])["data"] == [found[0]]
    assert stranger.call("GET", invoices, params={"status": "open"})["data"] == []
    assert len(stranger.call("GET", invoices, params={"status": "paid"})["data"]) == 2


def test_an_invoice_downloads_as_pdf(stranger: Api) -> None:
    add_card(stranger)
    stranger.post(f"{BILLING}/credits/purchase", {"credits": 1000})
    (invoice,) = stranger.get(f"{BILLING}/invoices")["data"]
    answer = stranger.http.get(f"{BILLING}/invoices/{invoice['id']}/download")
    assert answer.headers["content-type"] == "application/pdf"
    assert f"{invoice['number']}.pdf" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF-1.4\n")
    assert b"(1000 credits, 1000: 25.00 USD) Tj" in answer.content
    stranger.get(f"{BILLING}/invoices/inv_unknown/download", status=404)


def test_a_low_balance_is_reloaded(sandbox: Sandbox, stranger: Api) -> None:
    add_card(stranger)
    reload = f"{BILLING}/auto-reload"
    assert not stranger.get(reload)["data"]["enabled"]
    body = {"enabled": True, "threshold_credits": 500, "reload_amount": 300}
    config = stranger.put(reload, body)["data"]
    assert stranger.get(reload)["data"] == config
    sandbox.advance(0)
    assert balance(stranger) == 500
    used = chat(stranger)
    sandbox.advance(0)
    assert balance(stranger) == pytest.approx(800 - used)
    chat(stranger)
    sandbox.advance(0)
    assert len(stranger.get(f"{BILLING}/invoices")["data"]) == 1


def test_automatic_reload_needs_a_payment_method(sandbox: Sandbox, stranger: Api) -> None:
    reload = f"{BILLING}/auto-reload"
    stranger.put(reload, {"enabled": True}, status=422)
    stranger.put(reload, {"enabled": False})
    method = add_card(stranger)
    body = {"enabled": True, "threshold_credits": 500, "payment_method_id": method["id"]}
    stranger.put(reload, body)
    stranger.delete(f"{METHODS}/{method['id']}")
    assert stranger.get(reload)["data"]["payment_method_id"] is None
    chat(stranger)
    sandbox.advance(0)
    assert stranger.get(f"{BILLING}/invoices")["data"] == []


def test_an_alert_fires_once_in_its_period(sandbox: Sandbox, stranger: Api) -> None:
    body = {"type": "spend", "threshold_credits": 0.05, "period": "day", "name": "Budget"}
    alert = stranger.post(f"{BILLING}/alerts", body)["data"]
    assert (alert["is_active"], alert["last_triggered_at"]) == (True, None)
    for _ in range(3):
        chat(stranger, words=10)
        sandbox.advance(0)
    told = stranger.get("/api/v2/notifications", type="billing")["data"]
    assert [one["title"].partition(":")[0] for one in told] == ["Budget"]
    assert len(stranger.get("/api/v2/emails", search="Budget")["data"]) == 1
    assert stranger.get(f"{BILLING}/alerts")["data"][0]["last_triggered_at"] is not None
    sandbox.advance(DAY)
    chat(stranger, words=10)
    sandbox.advance(0)
    assert len(stranger.get("/api/v2/notifications", type="billing")["data"]) == 2


def test_a_low_balance_emits_a_webhook_event(sandbox: Sandbox, stranger: Api) -> None:
    subscription = Subscription(stranger, "credit.low")
    body = {"type": "balance", "threshold_credits": 499.999, "channels": [], "period": "week"}
    alert = stranger.post(f"{BILLING}/alerts", body)["data"]
    assert alert["period"] is None
    sandbox.advance(0)
    assert subscription.events() == []
    chat(stranger)
    sandbox.advance(0)
    ((event, data),) = subscription.events()
    assert (event, data["alert"]["id"]) == ("credit.low", alert["id"])
    assert data["balance"] == balance(stranger)
    assert stranger.get("/api/v2/emails")["data"] == []


def test_usage_is_shown_by_day_and_model(sandbox: Sandbox, stranger: Api) -> None:
    first = chat(stranger)
    day = stranger.get("/api/v2/users/me")["data"]["created_at"][:10]
    sandbox.advance(DAY)
    second = chat(stranger) + chat(stranger)
    end = stranger.get(f"{BILLING}/balance")["data"]["updated_at"][:10]
    chart = stranger.get(f"{BILLING}/usage-chart", start=day, end=end)["data"]
    assert [one["date"] for one in chart["daily_usage"]] == [day, end]
    assert [one["credits"] for one in chart["daily_usage"]] == [
        pytest.approx(first),
        pytest.approx(second),
    ]
    assert [one["requests"] for one in chart["daily_usage"]] == [2, 3]
    (model,) = chart["model_breakdown"]
    assert (model["model"], model["requests"]) == ("sandbox-extractive", 3)
    assert model["credits"] == pytest.approx(first + second)


def test_usage_is_shown_by_week(stranger: Api) -> None:
    period = {"start": "2026-11-01", "end": "2026-11-09", "granularity": "week"}
    weeks = stranger.call("GET", f"{BILLING}/usage-chart", params=period)["data"]["daily_usage"]
    assert [one["date"] for one in weeks] == ["2026-10-26", "2026-11-02", "2026-11-09"]


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [("2026-11-02", "2026-11-01", 422), ("0001-01-01", "9999-12-31", 422), ("x", "y", 400)],
    ids=["backwards", "too long", "no dates"],
)
def test_an_invalid_period_is_rejected(stranger: Api, start: str, end: str, status: int) -> None:
    stranger.get(f"{BILLING}/usage-chart", start=start, end=end, status=status)


def test_exactly_one_plan_is_current(api: Api, stranger: Api) -> None:
    for caller in (api, stranger):
        plans = caller.get(f"{BILLING}/plans")["data"]
        assert {one["id"] for one in plans} == {"free", "pro", "enterprise"}
        assert [one["id"] for one in plans if one["is_current"]] == ["free"]
