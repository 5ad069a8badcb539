"""Collections: deletion of a record and everything below it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvng_sandbox.composition import make_platform
from lvng_sandbox.platform.caller import Caller
from lvng_sandbox.platform.context import Context

LI = Caller("usr_li", "org_zoo")


@pytest.fixture
def context() -> Iterator[Context]:
    platform = make_platform()
    yield Context(platform, LI)
    platform.store.close()


def test_deleting_a_record_deletes_texts_and_files_below_it(context: Context) -> None:
    artifacts = context.records("artifacts")
    kept, gone = (artifacts.add({"title": title, "content": "x"})["id"] for title in "ab")
    comments = {id: context.records("artifacts.comments", id) for id in (kept, gone)}
    ids = {id: below.add({"content": "okapi"})["id"] for id, below in comments.items()}
    for id in ids.values():
        context.search.index("artifacts.comments", LI.tenant, id, "", "okapi")
        context.store.put_blob(id, b"okapi")

    artifacts.delete(gone)
    assert [hit.id for hit in context.search.find("okapi", [LI.tenant])] == [ids[kept]]
    assert [context.store.get_blob(ids[id]) for id in (kept, gone)] == [b"okapi", None]
