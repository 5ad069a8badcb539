"""Uploaded files: their records and their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Binary, Call, Upload
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..store.database import Record


def _address(platform: Platform, _caller: Caller, file: Record) -> dict[str, Any]:
    return {"url": f"{platform.base_url}/api/v2/files/{file['id']}/download"}


rules(files=Rule(derive=_address))


@handles("files.upload")
def upload(call: Call) -> Any:
    file = keep_file(call, call.upload(), call.body)
    return call.fill({"data": call.records("files").shown(file)})


@handles("files.download")
def download(call: Call) -> Binary:
    file = call.records("files").get(call.path["id"])
    content = call.platform.store.blob(file["id"]) or b""
    return Binary(content, file["name"], file["type"])


def keep_file(call: Call, upload: Upload, fields: Mapping[str, Any]) -> Record:
    """Keep an uploaded file with its content."""
    file = call.records("files").add(
        {"name": upload.name, **fields},
        type=upload.media,
        uploaded_by=call.caller.user_id,
        **_measures(upload.content),
    )
    call.platform.store.put_blob(file["id"], upload.content)
    return file


@sows
def fill_the_example(platform: Platform, caller: Caller) -> None:
    files = platform.records(caller, "files")
    for file in files.all():
        content = f"This stands for {file['name']}.\n".encode()
        files.keep({**file, **_measures(content)})
        platform.store.put_blob(file["id"], content)


def _measures(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "checksum": hashlib.sha256(content).hexdigest()}
