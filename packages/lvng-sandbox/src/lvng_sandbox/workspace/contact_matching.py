"""Find contacts in texts, and duplicates among contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from ..store.database import Record

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]+)+"
_EMAIL = re.compile(rf"(?:(?P<name>{_NAME})\s*[<(]\s*)?(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_CLOSING = re.compile(
    rf"(?i:regards|wishes|sincerely|cheers|thanks),?\s+(?P<name>{_NAME})(?:,\s*(?P<company>[^\n,.]+))?"
)
_PHONE = re.compile(r"\+\d[\d ()-]{6,}\d")
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
    groups: list[Group] = []
    for one, other in combinations(contacts, 2):
        score, reasons = similarity(one, other)
        if not reasons or score < least:
            continue
        group = next((g for g in groups if one in g.contacts or other in g.contacts), None)
        if group is None:
            groups.append(Group([one, other], score, reasons))
            continue
        group.contacts.extend(new for new in (one, other) if new not in group.contacts)
        group.score = min(group.score, score)
        group.reasons.extend(new for new in reasons if new not in group.reasons)
    return groups


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
    first, second = (" ".join(sorted(_plain(name).split())) for name in (one, other))
    return SequenceMatcher(None, first, second).ratio()


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
