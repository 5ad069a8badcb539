"""Health, readiness and version."""

from __future__ import annotations

from lvng_sandbox import Sandbox, __version__
from support.sandbox import Api

HEALTH = "/api/v2/health"


def test_health_is_public(nobody: Api) -> None:
    health = nobody.get(HEALTH)
    assert (health["status"], health["service"]) == ("ok", "lvng-sandbox")


def test_the_version_is_that_of_the_package(nobody: Api) -> None:
    version = nobody.get(f"{HEALTH}/version")
    assert (version["version"], version["api_version"]) == (__version__, "v2")


def test_readiness_checks_database_and_search(nobody: Api) -> None:
    ready = nobody.get(f"{HEALTH}/ready")
    assert ready["status"] == "ready"
    assert {check["name"]: check["status"] for check in ready["checks"]} == {
        "database": "ok",
        "search": "ok",
    }


def test_readiness_names_the_failing_check(nobody: Api, sandbox: Sandbox) -> None:
    sandbox._run(lambda platform: platform.store.sql.execute("DROP TABLE texts"))
    ready = nobody.get(f"{HEALTH}/ready")
    database, search = ready["checks"]
    assert (ready["status"], database["status"], search["status"]) == ("not_ready", "ok", "failed")
    assert "texts" in search["error"]
