"""Uploaded files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..platform.call import Upload
from ..platform.context import Context
from ..store.database import Record


def store_file(context: Context, upload: Upload, fields: Mapping[str, Any]) -> Record:
    """Store an uploaded file with its content."""
    file = context.records("files").add(
        {"name": upload.name, **fields},
        type=upload.media_type,
        uploaded_by=context.user_id,
        **measures(upload.content),
    )
    context.store.put_blob(file["id"], upload.content)
    return file


def measures(content: bytes) -> dict[str, Any]:
    """Size and checksum of a file."""
    return {"size": len(content), "checksum": hashlib.sha256(content).hexdigest()}
