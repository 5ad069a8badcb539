"""Request bodies from Python values: JSON, urlencoded forms and multipart forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from ._arguments import json_text, scalar
from ._body import Body, BytesBody, MultipartBody, Part
from ._errors import InvalidArgumentError
from ._operation import FieldEncoding
from ._uploads import File, file_body

_FORM = "application/x-www-form-urlencoded"
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_ENCODED = {" ": "%20"}
_DEFAULT = FieldEncoding()


def json_body(value: Any, content_type: str = "application/json") -> BytesBody:
    """A value as JSON."""
    return BytesBody(dump(value).encode(), content_type)


def dump(value: Any) -> str:
    """Encode a value of the body as JSON text."""
    return json_text("The body", value)


def form_body(
    fields: Mapping[str, Any], encodings: Mapping[str, FieldEncoding] | None = None
) -> Body:
    """An urlencoded form. By default, objects are sent as JSON text and lists as repeated fields."""
    pairs: list[str] = []
    for name, value in fields.items():
        encoding = (encodings or {}).get(name, _DEFAULT)
        if encoding.style is None:
            pairs.append(urlencode([(name, text) for text in _texts(name, value, encoding)]))
        else:
            # Brackets in names and the separator between entries are not encoded; entries are.
            pairs += [
                f"{quote_plus(key, safe='[]')}={_ENCODED.get(separator, separator).join(map(quote_plus, entries))}"
                for key, entries, separator in _styled(name, value, encoding)
            ]
    return BytesBody("&".join(filter(None, pairs)).encode(), _FORM)


def multipart_body(
    fields: Mapping[str, Any],
    files: Iterable[str],
    encodings: Mapping[str, FieldEncoding] | None = None,
) -> Body:
    """A multipart form: text, then objects as JSON, then files.

    Content in a field of any type is a file, too; a string there is text, never a path.
    """
    named, encodings = (
        {*files, *(name for name in fields if _is_content(fields[name]))},
        encodings or {},
    )
    plain = {name: value for name, value in fields.items() if name not in named}
    objects = [name for name, value in plain.items() if isinstance(value, Mapping)]
    parts: list[Part] = []
    for name in [*(name for name in plain if name not in objects), *objects]:
        parts += _text_parts(name, plain[name], encodings.get(name, _DEFAULT))
    try:
        for name, value in fields.items():
            if name in named:
                for one in _files(name, value):
                    parts.append(_file_part(name, one, encodings.get(name, _DEFAULT)))
    except BaseException:
        for part in parts:
            part.body.close()
        raise
    return MultipartBody(parts)


def _files(name: str, value: Any) -> list[Any]:
    """The files of a field. Of `["a.txt", b"content"]`, the name would be read as a path, so it is refused."""
    if not isinstance(value, list):
        return [value]
    first, second = (*value, None, None)[:2]
    if isinstance(first, str) and _is_content(second) and not isinstance(second, File):
        raise InvalidArgumentError(
            f"{name}: the items of a list are files. A name with its content is a tuple: (name, content); "
            "among other files, a path is a pathlib.Path."
        )
    return value


def _is_content(value: Any) -> bool:
    """Whether a value is plainly the content of a file, or a list of such."""
    if isinstance(value, list):
        return bool(value) and all(map(_is_content, value))
    return isinstance(value, (bytes, bytearray, memoryview, File)) or callable(
        getattr(value, "read", None)
    )


def _text_parts(name: str, value: Any, encoding: FieldEncoding) -> Iterator[Part]:
    headers = encoding.headers
    if encoding.style is not None:
        for key, entries, separator in _styled(name, value, encoding):
            yield Part(key, BytesBody(separator.join(entries).encode(), ""), headers=headers)
    elif isinstance(value, Mapping):
        # The default type of a part is text/plain.
        kind = encoding.content_type or "application/json"
        yield Part(name, json_body(value, kind), headers=headers)
    else:
        for text in _texts(name, value, encoding):
            yield Part(name, BytesBody(text.encode(), encoding.content_type), headers=headers)


def _file_part(name: str, value: Any, encoding: FieldEncoding) -> Part:
    filename, body = file_body(name, value, whole=True, accepted=encoding.content_type)
    headers = {**encoding.headers, **(value.headers if isinstance(value, File) else {})}
    return Part(name, body, filename, headers)


def _texts(name: str, value: Any, encoding: FieldEncoding) -> list[str]:
    """The values of a field: one, or one for each entry of a list."""
    kind = encoding.content_type.partition(";")[0].strip().lower()
    if isinstance(value, Mapping) or kind == "application/json" or kind.endswith("+json"):
        return [dump(value)]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [dump(item) if isinstance(item, Mapping) else scalar(name, item) for item in value]
    return [scalar(name, value)]


def _styled(name: str, value: Any, encoding: FieldEncoding) -> Iterator[tuple[str, list[str], str]]:
    """Encode a value in its style: names, entries, and the separator of the entries."""
    separator = _SEPARATORS.get(encoding.style or "", ",")
    if encoding.style == "deepObject":
        yield from ((key, [text], "") for key, text in _deep(name, value))
    elif isinstance(value, Mapping) and encoding.explode:
        yield from ((key, [scalar(key, item)], "") for key, item in value.items())
    elif isinstance(value, Mapping):
        entries = [scalar(name, text) for pair in value.items() for text in pair]
        yield name, entries, separator
    elif isinstance(value, (list, tuple, set, frozenset)):
        entries = [scalar(name, item) for item in value]
        if encoding.explode:
            yield from ((name, [entry], "") for entry in entries)
        elif entries:
            yield name, entries, separator
    else:
        yield name, [scalar(name, value)], ""


def _deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Encode a value as `name[key]=value`, at any depth; entries of lists have their index as key."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _deep(f"{name}[{key}]", item)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _deep(f"{name}[{index}]", item)
    else:
        yield name, scalar(name, value)
