"""Mask secrets in recorded exchanges: by the name of a field, by their format, and the credentials in use."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEAST = 8
"""Minimum length in bytes of a secret that is also replaced in other text."""
_NAME = (
    rb"(?:[\w.-]*[_.-])?(?:api[_-]?key|access[_-]?key(?:[_-]?id)?|secret|password|passwd|passphrase|passcode|pass|pwd|pin"
    rb"|authorization|bearer|credentials?|jwt|signature|sig|private[_-]?key|(?<!page_)(?<!page)(?<!next_)token|cookie"
    rb"|csrf|xsrf|otp|totp|mfa[_-]?code)"
    rb"|(?:[a-z]+)(?:ApiKey|AccessKey(?:Id)?|Secret|Password|Credentials?|Jwt|Signature|PrivateKey|(?<!Page)(?<!next)Token)"
)
_JSON_FIELD = re.compile(rb'("(?:' + _NAME + rb')"\s*:\s*")((?:[^"\\]|\\.)+)(?=")', re.IGNORECASE)
_JSON_LIST = re.compile(
    rb'("(?:' + _NAME + rb')s?"\s*:\s*\[)((?:\s*"(?:[^"\\]|\\.)*"\s*,?)+)(?=\s*\])', re.IGNORECASE
)
_JSON_TEXT = re.compile(rb'(")((?:[^"\\]|\\.)+)(?=")')
_JSON_NUMBER = re.compile(
    rb'("(?:[\w.-]*[_.-])?(?:password|passcode|pin|otp|totp|mfa[_-]?code)"\s*:\s*)\d+',
    re.IGNORECASE,
)
# In a query or form, after the # of a URL, in a list of settings, or as an option of a command.
_FORM_FIELD = re.compile(
    rb"((?:^|[?&#;\s\"]|\\n)(?:--)?(?:" + _NAME + rb")=)([^&#;,\s\"'<>\\]+)",
    re.IGNORECASE,
)
_OPTION = re.compile(rb"(--(?:" + _NAME + rb") )([^\s\"'\\]+)", re.IGNORECASE)
_PART_FIELD = re.compile(
    rb'(name="(?:' + _NAME + rb')"(?:\r\n[^\r\n]+)*\r\n\r\n)([^\r\n]+)', re.IGNORECASE
)
_SHAPES = re.compile(
    rb"(?<![\w-])(?:"
    rb"lvng_[a-z]+_[\w-]{6,}"
    rb"|(?:sk|pk|rk)[-_][\w-]{12,}|SK[0-9a-f]{32}|key-[0-9a-f]{32}"
    rb"|whsec_[\w+/=-]{8,}"
    rb"|gh[opusr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{12,}"
    rb"|(?:xox[a-z]|xapp)-[\w-]{8,}"
    rb"|(?:AKIA|ASIA)[0-9A-Z]{12,}"
    rb"|AIza[\w-]{20,}|ya29\.[\w-]{12,}"
    rb"|SG\.[\w-]{8,}\.[\w-]{8,}"
    rb"|dckr_pat_[\w-]{12,}|npm_\w{20,}|pypi-[\w-]{16,}|hf_[A-Za-z0-9]{16,}|do[opr]_v1_[0-9a-f]{16,}"
    rb"|shp[acs][a-z]_[0-9a-fA-F]{10,}"
    rb"|\d{6,12}:[\w-]{30,}|[MNO][\w-]{20,}\.[\w-]{5,7}\.[\w-]{20,}"
    rb"|eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"
    rb")"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
    rb"|(?<=[Bb]earer )[\w.~+/=-]{6,}|(?<=[Bb]asic )[\w+/=-]{8,}"
    rb"|(?<=://)[^/\s:@\"]+:[^/\s:@\"]+(?=@)"
    rb"|(?<=hooks\.slack\.com/services/)[\w/]{10,}"
)
_MASKED = re.compile(rb"masked-\d+")
_HEADERS = {"authorization", "x-api-key", "cookie", "set-cookie", "proxy-authorization"}


class Mask:
    """Replaces each secret by a name of its own, consistently throughout the recording."""

    def __init__(self) -> None:
        self._names: dict[bytes, bytes] = {}

    def learn(self, headers: Iterable[tuple[str, str]]) -> None:
        """Remember the credentials of a request."""
        for name, value in headers:
            if name.lower() in _HEADERS:
                for part in re.split(r"[\s;=,]+", value):
                    if len(part) >= _LEAST:
                        self._name(part.encode())

    def header(self, name: str, value: str) -> str:
        """The value of a header without secrets."""
        is_secret = name.lower() in _HEADERS or re.fullmatch(_NAME, name.encode(), re.IGNORECASE)
        return self._name(value.encode()).decode() if is_secret and value else self.text(value)

    def text(self, value: str) -> str:
        """A text without secrets."""
        return self(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def __call__(self, content: bytes) -> bytes:
        """Content without secrets."""
        for pattern in (_JSON_FIELD, _FORM_FIELD, _OPTION, _PART_FIELD):
            content = pattern.sub(self._replaced, content)
        content = _JSON_LIST.sub(
            lambda found: found[1] + _JSON_TEXT.sub(self._replaced, found[2]), content
        )
        content = _JSON_NUMBER.sub(rb"\g<1>0", content)
        content = _SHAPES.sub(lambda found: self._name(found[0]), content)
        for secret, name in self._names.items():
            if len(secret) >= _LEAST and secret in content:
                content = content.replace(secret, name)
        return content

    def _replaced(self, found: re.Match[bytes]) -> bytes:
        return found[1] + self._name(found[2])

    def _name(self, secret: bytes) -> bytes:
        if _MASKED.fullmatch(secret):
            return secret
        return self._names.setdefault(secret, b"masked-%d" % (len(self._names) + 1))


def comparable(content: bytes) -> bytes:
    """Replace all secrets by the same text, to compare recorded and replayed requests."""
    return _MASKED.sub(b"masked", Mask()(content))
