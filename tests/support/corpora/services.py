"""Technical pages: settings in lists, tables, front matter and bold words, not in sentences."""

from __future__ import annotations

from collections.abc import Callable

from .corpus import Corpus, Document

_NOUNS = (
    "billing", "search", "media", "ledger", "identity", "report", "session", "catalogue", "mail",
    "pricing", "inventory", "shipping", "feedback", "audit", "archive", "payment", "profile",
    "translation", "rendering", "telemetry",
)  # fmt: skip
_PARTS = (
    "gateway", "indexer", "worker", "exporter", "scheduler", "cache", "router", "importer",
    "watcher", "proxy",
)  # fmt: skip
_OWNERS = ("Team Osprey", "Team Heron", "Team Kestrel", "Team Plover", "Team Avocet", "Team Egret")
_REGIONS = ("eu-north-2", "us-west-4", "ap-south-3", "sa-east-1")


def _name(n: int) -> str:
    return f"{_NOUNS[n % 20]} {_PARTS[(n // 20 + n) % 10]}"


def port(n: int) -> str:
    return str(4100 + n * 13)


def owner(n: int) -> str:
    return _OWNERS[n % 6]


def region(n: int) -> str:
    return _REGIONS[n % 4]


def timeout(n: int) -> str:
    return f"{3 + n % 50} seconds"


def _listed(n: int) -> Document:
    return {
        "title": f"{_name(n).replace(' ', '-')}.md",
        "content": f"# The {_name(n)}\n\nRuns as a container.\n\n## Settings\n\n- **Port**: {port(n)}\n"
        f"- **Owner**: {owner(n)}\n- **Region**: {region(n)}\n- **Timeout**: {timeout(n)}\n\n"
        "## Restart\n\nDrain it first, then restart one instance after the other.\n",
    }


def _tabled(n: int) -> Document:
    return {
        "title": f"Reference: {_name(n)}",
        "content": f"Settings of the {_name(n)}:\n\n| setting | value | unit |\n|---|---|---|\n"
        f"| port | {port(n)} | TCP |\n| owner | {owner(n)} | |\n| region | {region(n)} | |\n"
        f"| timeout | {timeout(n)} | per request |\n\nChanges need a review by two engineers.\n",
    }


def _front(n: int) -> Document:
    return {
        "title": "",
        "content": f"---\nname: {_name(n)}\nowner: {owner(n)}\nregion: {region(n)}\nport: {port(n)}\n"
        f"timeout: {timeout(n)}\n---\nThe usual rules for services hold.\nLogs are kept\nfor thirty days.\n",
    }


def _spoken(n: int) -> Document:
    return {
        "title": "Runbook",
        "content": f"The {_name(n)} is a service of {owner(n)}, who are called when it\nfails. It listens "
        f"on port {port(n)} and is deployed to\n{region(n)}. A request that takes longer than\n"
        f"{timeout(n)} is cancelled.\n\nAfter an incident, write a report within a week.",
    }


def _numbered(n: int) -> Document:
    return {
        "title": f"{_name(n).capitalize()} checklist",
        "content": f"{_name(n).capitalize()}\n{'-' * len(_name(n))}\n\n1. The port is {port(n)}.\n2. The owner "
        f"is __{owner(n)}__.\n3. The region is `{region(n)}`.\n4. The timeout is {timeout(n)}, which\n   holds "
        "for every request.\n5. Backups are tested monthly.\n",
    }


_LAYOUTS: tuple[Callable[[int], Document], ...] = (_listed, _tabled, _front, _spoken, _numbered)
_FORMS: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("Which port does the {} listen on?", port),
    ("Who owns the {}?", owner),
    ("In which region is the {} deployed?", region),
    ("What is the timeout of the {}?", timeout),
    ("Who is the owner of the {}?", owner),
    ("On what port is the {} running?", port),
    ("After how many seconds does the {} time out?", timeout),
)
_UNKNOWN = (
    "Which port does the flamingo dispatcher listen on?",
    "Who owns the weather forecaster?",
    "In which region is the chatbot deployed?",
    "What is the timeout of the loyalty calculator?",
    "Which licence does the telescope firmware have?",
    "Who discovered Uranus?",
    "How do I prune a rose bush?",
    "What is the salary of a site reliability engineer?",
    "When is the next solar eclipse in Chile?",
    "Which database stores the customer addresses?",
    "How many people attended the conference in Lisbon?",
    "What colour is the company car?",
    "Who is the prime minister of Canada?",
    "How long do you boil an ostrich egg?",
    "Which programming language is the kernel of Plan 9 written in?",
    "What is the phone number of the landlord?",
    "Where do the monarch butterflies spend the winter?",
    "When does the museum of modern art open?",
    "How much does a litre of diesel cost?",
    "Which composer wrote the Planets?",
)

SERVICES = Corpus(
    "services",
    [_LAYOUTS[n % 5](n) for n in range(200)],
    [
        (question.format(_name(n)), fact(n))
        for k in range(21)
        for n in [(k * 41 + 7) % 200]
        for question, fact in [_FORMS[k % len(_FORMS)]]
    ],
    _UNKNOWN,
)
