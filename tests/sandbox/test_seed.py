"""The example data that every sandbox starts with."""

from __future__ import annotations

from lvng_sandbox import Sandbox
from support import examples


def test_every_example_id_is_stored(sandbox: Sandbox) -> None:
    rows = sandbox._run(
        lambda platform: platform.store.sql.execute("SELECT id FROM records").fetchall()
    )
    expected = {value for name, value in vars(examples).items() if name.endswith("_ID")}
    assert expected <= {id for (id,) in rows}
