"""Uploaded files: their records and their content."""

from __future__ import annotations

from typing import Any

from ..platform.call import Binary, Call
from ..platform.context import Context
from ..platform.registry import computed, handler, seed
from ..store.database import Record
from ..workspace.files import measures, store_file


@computed("files")
def _address(context: Context, file: Record) -> dict[str, Any]:
    return {"url": f"{context.platform.base_url}/api/v2/files/{file['id']}/download"}


@handler("files.upload")
def upload(call: Call) -> Any:
    file = store_file(call, call.upload(), call.body)
    return call.fill({"data": call.records("files").shown(file)})


@handler("files.download")
def download(call: Call) -> Binary:
    file = call.records("files").get(call.path["id"])
    content = call.store.get_blob(file["id"]) or b""
    return Binary(content, file["name"], file["type"])


@seed
def add_examples(context: Context) -> None:
    files = context.records("files")
    for file in files.all():
        content = f"This stands for {file['name']}.\n".encode()
        files.put({**file, **measures(content)})
        context.store.put_blob(file["id"], content)
