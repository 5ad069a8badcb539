"""Find contacts in texts, and duplicates among contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ..store.database import Record

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]+)+"
_EMAIL = re.compile(rf"(?:(?P<name>{_NAME})\s*[<(]\s*)?(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_CLOSING = re.compile(
    rf"(?i:regards|wishes|sincerely|cheers|thanks),?\s+(?P<name>{_NAME})(?:,\s*(?P<company>[^\n,.]+))?"
)
_PHONE = re.compile(r"\+\d[\d ()-]{6,}\d")
_START = 2
"""Letters at the start of a part of the name that similar names have in common."""
_NEIGHBOURS = 10
"""Following contacts that each one is compared with, in the order of their names."""
_SAME_PHONE, _SAME_COMPANY, _SIMILAR = 0.5, 0.2, 0.75


def contacts_in(text: str) -> Iterator[dict[str, Any]]:
    """The people in a text, by email address or by the closing."""
    closing = _CLOSING.search(text)
    phone = _PHONE.search(text)
    signed = {"phone": phone[0]} if phone else {}
    emails = {match["email"].lower(): match["name"] for match in _EMAIL.finditer(text)}
    for email, name in emails.items():
        person = {"email": email, "name": name or _name_of(email)}
        if closing and (
            len(emails) == 1 or _name_similarity(person["name"], closing["name"]) >= _SIMILAR
        ):
            person |= {"name": name or closing["name"], "company": closing["company"], **signed}
            closing = None
        yield person
    if closing:
        yield {"name": closing["name"], "company": closing["company"], **signed}


@dataclass(slots=True)
class Group:
    """Contacts that are probably one person."""

    contacts: list[Record]
    score: float
    reasons: list[str]


def duplicate_groups(contacts: Sequence[Record], least: float) -> list[Group]:
    """Groups of similar contacts, each with its lowest similarity."""
    groups: dict[int, Group] = {}
    """By the position of each contact that is in one."""
    for n, other in _pairs(contacts):
        score, reasons = similarity(contacts[n], contacts[other])
        if not reasons or score < least:
            continue
        group = groups.get(n) or groups.get(other) or Group([], score, [])
        for position in (n, other):
            if position not in groups:
                groups[position] = group
                group.contacts.append(contacts[position])
        group.score = min(group.score, score)
        group.reasons.extend(new for new in reasons if new not in group.reasons)
    return list({id(group): group for group in groups.values()}.values())


def _pairs(contacts: Sequence[Record]) -> list[tuple[int, int]]:
    """The positions of contacts that may be one person: neighbours among those with a phone or the start of a name alike.

    Comparing only neighbours of a sorted list keeps the number of pairs proportional to that of the contacts.
    """
    alike: dict[str, list[tuple[str, int]]] = {}
    for n, contact in enumerate(contacts):
        name = _sorted_name(contact["name"])
        starts = {part[:_START] for part in name.split()}
        for key in {_digits(contact["phone"]), *starts} - {""}:
            alike.setdefault(key, []).append((name, n))
    found: set[tuple[int, int]] = set()
    for members in alike.values():
        members.sort()
        for position, (_, n) in enumerate(members):
            following = members[position + 1 : position + 1 + _NEIGHBOURS]
            found.update((min(n, other), max(n, other)) for _, other in following)
    return sorted(found)


def similarity(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, list[str]]:
    """The similarity of two contacts, from 0 to 1, and its reasons."""
    alike = _name_similarity(one["name"], other["name"])
    score, reasons = 0.0, []
    if alike >= _SIMILAR:
        score += alike * (1 - _SAME_COMPANY)
        reasons.append("same name" if alike == 1 else "similar name")
    if _digits(one["phone"]) and _digits(one["phone"]) == _digits(other["phone"]):
        score += _SAME_PHONE
        reasons.append("same phone")
    for name, part in (("company", _plain), ("email domain", _domain)):
        values = [part(contact[name.partition(" ")[0]]) for contact in (one, other)]
        if reasons and values[0] and values[0] == values[1]:
            score += _SAME_COMPANY / 2
            reasons.append(f"same {name}")
    return round(min(score, 1.0), 2), reasons


def _name_similarity(one: str, other: str) -> float:
    """The similarity of two names, whatever the order of their parts."""
    first, second = _sorted_name(one), _sorted_name(other)
    return SequenceMatcher(None, first, second).ratio()


def _sorted_name(name: str) -> str:
    return " ".join(sorted(_plain(name).split()))


def _plain(text: str | None) -> str:
    return " ".join((text or "").lower().replace(".", " ").split())


def _domain(email: str | None) -> str:
    return (email or "").lower().partition("@")[2]


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


def _name_of(email: str) -> str:
    """A name from an email address: `Li Wei` for `li.wei@example.com`."""
    words = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)
