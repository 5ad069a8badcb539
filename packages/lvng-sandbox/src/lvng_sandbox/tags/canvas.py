"""The canvas: a user's cards, and folders for them."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules
from ..store.database import Record


@computed("canvas.folders")
def _card_count(context: Context, folder: Record) -> dict[str, Any]:
    return {"card_count": context.records("canvas").count(folder_id=folder["id"])}


rules(
    canvas=Rule(
        visible="user",
        references={"folder_id": "canvas.folders"},
        text=("content",),
        newest_first=True,
    ),
    canvas__folders=Rule(visible="user"),
)


@handler("canvas.delete_folder")
def delete_folder(call: Call) -> Any:
    """Delete a folder; its cards stay on the canvas."""
    folder = call.records("canvas.folders").delete(call.path["id"])
    cards = call.records("canvas")
    for card in cards.all(folder_id=folder["id"]):
        cards.change(card["id"], {"folder_id": None})
    return call.fill({"message": "Folder deleted"})
