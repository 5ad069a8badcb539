"""Collections: what is deleted takes along all that lies below it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvng_sandbox.contract.document import load
from lvng_sandbox.platform.accounts import Caller
from lvng_sandbox.platform.platform import Platform
from lvng_sandbox.store.database import Store

LI = Caller("usr_li", "org_zoo")


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform(load(), Store(":memory:"))
    yield platform
    platform.store.close()


def test_texts_and_files_below_a_record_go_with_it(platform: Platform) -> None:
    artifacts = platform.records(LI, "artifacts")
    kept, gone = (artifacts.add({"title": title, "content": "x"})["id"] for title in "ab")
    comments = {id: platform.records(LI, "artifacts.comments", id) for id in (kept, gone)}
    ids = {id: below.add({"content": "okapi"})["id"] for id, below in comments.items()}
    for id in ids.values():
        platform.search.index("artifacts.comments", LI.tenant, id, "", "okapi")
        platform.store.put_blob(id, b"okapi")

    artifacts.remove(gone)
    assert [hit.id for hit in platform.search.find("okapi", [LI.tenant])] == [ids[kept]]
    assert [platform.store.blob(ids[id]) for id in (kept, gone)] == [b"okapi", None]
