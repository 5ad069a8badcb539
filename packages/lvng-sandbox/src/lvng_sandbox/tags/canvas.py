"""The canvas: a user's cards, and folders for them."""

from __future__ import annotations

from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules
from ..store.database import Record


def _card_count(platform: Platform, caller: Caller, folder: Record) -> dict[str, Any]:
    return {"card_count": platform.records(caller, "canvas").count(folder_id=folder["id"])}


rules(
    canvas=Rule(
        visible="user",
        refers={"folder_id": "canvas.folders"},
        text=("content",),
        newest_first=True,
    ),
    canvas__folders=Rule(visible="user", derive=_card_count),
)


@handles("canvas.delete_folder")
def delete_folder(call: Call) -> Any:
    """Delete a folder; its cards stay on the canvas."""
    folder = call.records("canvas.folders").remove(call.path["id"])
    cards = call.records("canvas")
    for card in cards.all(folder_id=folder["id"]):
        cards.change(card["id"], {"folder_id": None})
    return call.fill({"message": "Folder deleted"})
