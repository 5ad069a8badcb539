"""The types that a user's checker sees: mypy and pyright read what the files beside this one claim."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.checkers import mypy, pyright

Check = Callable[..., Any]
HERE = Path(__file__).parent
FILES = sorted(HERE.glob("typed_*.py"))
PACKAGES = [
    "lvng",
    "lvng_account",
    "lvng_agents",
    "lvng_chat",
    "lvng_core",
    "lvng_integrations",
    "lvng_knowledge",
    "lvng_mcp",
    "lvng_sandbox",
    "lvng_verify",
    "lvng_workflows",
    "lvng_workspace",
]


WRONG = """\
# pyright: reportUnnecessaryTypeIgnoreComment=true
from typing import assert_type
from lvng import LvngClient
def claim(client: LvngClient) -> None:
    assert_type(client.chat.send(message="hi")["reply"], int)
    client.chat.send(message="hi")  # type: ignore[arg-type]
"""


@pytest.mark.parametrize("checker", [mypy, pyright], ids=["mypy", "pyright"])
def test_checkers_confirm_the_asserted_types_and_report_the_wrong_ones(
    checker: Check, tmp_path: Path
) -> None:
    wrong = tmp_path / "typed_wrong.py"
    wrong.write_text(WRONG)
    done = checker(*FILES, wrong)
    errors = re.findall(r"(\w+\.py):(\d+).* error: ", done.stdout)
    assert errors == [(wrong.name, "5"), (wrong.name, "6")], done.stdout + done.stderr


def test_no_published_package_is_left_out() -> None:
    typed = {path.parent.name for path in HERE.parents[1].glob("packages/*/src/*/py.typed")}
    # The generator and the command line are programs: nobody calls their functions.
    assert typed - {"lvng_codegen", "lvng_cli"} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_types_of_a_package_are_complete(package: str) -> None:
    done = pyright("--verifytypes", package, "--ignoreexternal", "--outputjson")
    told = json.loads(done.stdout)["typeCompleteness"]
    unclear = [
        f"{symbol['name']}: {issue['message']}"
        for symbol in told["symbols"]
        for issue in symbol.get("diagnostics", ())
    ]
    assert told["completenessScore"] == 1, "\n".join(unclear[:20])
