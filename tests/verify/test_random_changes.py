"""The command finds changes of every kind, at any operation and place, and reports nothing else."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from lvng import LvngClient, LvngError
from lvng_sandbox import Sandbox
from lvng_verify.probing import NOT_ASKED
from support.arguments import arguments_of
from support.contract import OPERATIONS

from .changed_service import changed_service, results
from .random_changes import made_at_random

SEEDS = range(int(os.environ.get("LVNG_EXAMPLES", "3")))


@pytest.mark.parametrize("seed", SEEDS)
def test_changes_at_random_are_found_and_nothing_else(
    seed: int, bodies: dict[str, Any], sandbox: Sandbox
) -> None:
    made = made_at_random(bodies, random.Random(seed))
    changes = {id: one.change for id, one in made.items()}
    with changed_service(sandbox, changes) as service:
        found = {one.operation: one for one in results(service.base_url, sandbox.jwt)}
    for id, one in found.items():
        kinds = {each.kind for each in one.findings}
        if id in made:
            assert kinds, f"missed: {made[id].title} at {id}: {one.state} {one.reason}"
            assert kinds <= made[id].kinds, (made[id].title, one.findings)
        else:
            assert not kinds, one.findings
    assert {method for method, _ in service.asked} == {"GET"}


@pytest.mark.parametrize("every", [False, True])
def test_a_service_with_other_data_has_no_findings(every: bool, sandbox: Sandbox) -> None:
    with LvngClient(sandbox.jwt, base_url=sandbox.base_url, max_retries=0) as client:
        for operation in OPERATIONS:
            changes = operation["http"] != "DELETE" and operation["tag"] != "auth"
            if changes and operation["returns"] == "json":
                method = getattr(getattr(client, operation["tag"]), operation["method"])
                try:
                    method(**arguments_of(operation, every=every))
                except LvngError:
                    continue  # such as a state that the one before has led to
    assert [one.findings for one in results(sandbox.base_url, sandbox.jwt) if one.findings] == []


def test_a_service_without_data_has_no_findings() -> None:
    with Sandbox(examples=False) as empty:
        found = results(empty.base_url, empty.api_key)
    assert [one.findings for one in found if one.findings] == []
    assert any(one.state == NOT_ASKED for one in found)
