"""Operations as in generated code, one for each kind that the core supports."""

from __future__ import annotations

from typing import Any

from lvng_core import Operation, Paging, Param

KEY = "lvng_sk_test_0123456789abcdef0123456789abcdef"
"""A key in the real format; tests search for it where it must not occur."""

_ID = Param("path", "string", required=True)

GET: Operation[dict[str, Any]] = Operation(
    "things.get",
    "GET",
    "/api/v2/things/{id}",
    params={"id": _ID, "limit": Param("query", "integer"), "tags": Param("query", "array")},
    idempotent=True,
)
FIND: Operation[dict[str, Any]] = Operation(
    "things.find",
    "GET",
    "/api/v2/things",
    params={
        "text": Param("query", "string"),
        "limit": Param("query", "integer"),
        "score": Param("query", "number"),
        "exact": Param("query", "boolean"),
        "tags": Param("query", "array"),
        "since": Param("query", "datetime"),
        "day": Param("query", "date"),
        "where": Param("query", "any"),
        "workspace_id": Param("header", "string", wire="X-Workspace-Id"),
    },
    idempotent=True,
)
CREATE: Operation[dict[str, Any]] = Operation(
    "things.create",
    "POST",
    "/api/v2/things",
    params={
        "name": Param("field", "string", required=True),
        "due_at": Param("field", "datetime", wire="dueAt"),
        "note": Param("field", "string", nullable=True),
        "labels": Param("field", "array"),
        "meta": Param("field", "object"),
    },
)
UPDATE: Operation[dict[str, Any]] = Operation(
    "things.update",
    "PATCH",
    "/api/v2/things/{id}",
    params={"id": _ID, "name": Param("field", "string")},
)
UPDATE_SAFELY: Operation[dict[str, Any]] = Operation(
    "things.rename", "PATCH", "/api/v2/things/{id}", params={"id": _ID}, idempotent=True
)
REPLACE: Operation[list[Any]] = Operation(
    "things.replace",
    "PUT",
    "/api/v2/things",
    params={"body": Param("body", "array", required=True)},
    response_type="array",
    idempotent=True,
)
DELETE: Operation[None] = Operation(
    "things.delete",
    "DELETE",
    "/api/v2/things/{id}",
    params={"id": _ID},
    empty=True,
    idempotent=True,
)
ANYTHING: Operation[Any] = Operation(
    "things.any", "GET", "/api/v2/any", response_type="any", idempotent=True
)
FORM: Operation[dict[str, Any]] = Operation(
    "things.login",
    "POST",
    "/api/v2/login",
    params={"name": Param("field", "string"), "roles": Param("field", "array")},
    encoding="form",
)
UPLOAD: Operation[dict[str, Any]] = Operation(
    "things.upload",
    "POST",
    "/api/v2/files",
    params={
        "file": Param("field", "file", required=True),
        "title": Param("field", "string"),
        "tags": Param("field", "array"),
        "meta": Param("field", "object"),
    },
    encoding="multipart",
)
SEND_BYTES: Operation[dict[str, Any]] = Operation(
    "things.put_content",
    "PUT",
    "/api/v2/things/{id}/content",
    params={"id": _ID, "body": Param("body", "file")},
    encoding="binary",
    idempotent=True,
)
POST_BYTES: Operation[dict[str, Any]] = Operation(
    "things.transcribe",
    "POST",
    "/api/v2/transcribe",
    params={"body": Param("body", "file", required=True)},
    encoding="binary",
)
CHAT: Operation[object] = Operation(
    "chat.stream",
    "POST",
    "/api/v2/chat/stream",
    params={"message": Param("field", "string", required=True)},
    accept="text/event-stream",
    stream_end=("done", "error"),
)
DOWNLOAD: Operation[object] = Operation(
    "files.download",
    "GET",
    "/api/v2/files/{id}/content",
    params={"id": _ID},
    accept="application/octet-stream",
    idempotent=True,
)


def list_operation(style: str) -> Operation[object]:
    """A list operation of a paging style."""
    names = {"offset": ("limit", "offset"), "page": ("page", "page_size"), "cursor": ("limit",)}
    params = {name: Param("query", "integer") for name in names[style]}
    if style == "cursor":
        params["cursor"] = Param("query", "string")
    return Operation(f"things.list_{style}", "GET", "/api/v2/list", params=params, idempotent=True)


BY_OFFSET: Paging[Any] = Paging(list_operation("offset"), "offset")
BY_PAGE: Paging[Any] = Paging(list_operation("page"), "page")
BY_CURSOR: Paging[Any] = Paging(list_operation("cursor"), "cursor")
