"""A directory of staff: all documents have the same sentences, and only names tell them apart."""

from __future__ import annotations

from collections.abc import Iterator

from .corpus import LAYOUTS, Corpus, Document

_FIRST = (
    "Mara", "Tobias", "Ines", "Jonas", "Petra", "Samir", "Lena", "Oskar", "Nadia", "Viktor",
    "Clara", "Emil", "Farah", "Gustav", "Hanna", "Ivo", "Judit", "Karim", "Livia", "Marek",
)  # fmt: skip
_LAST = (
    "Lindqvist", "Novak", "Aguilar", "Brandt", "Castellani", "Dvorak", "Eriksen", "Fontaine",
    "Gruber", "Halloran",
)  # fmt: skip
_TEAMS = ("payroll", "procurement", "logistics", "quality assurance", "customer care", "research")
_CITIES = ("Lyon", "Porto", "Graz", "Aarhus", "Turin", "Leiden", "Gdansk")
_LANGUAGES = ("Finnish", "Catalan", "Arabic", "Romanian", "Greek")


def _people() -> Iterator[tuple[int, str]]:
    for n in range(200):
        yield n, f"{_FIRST[n % 20]} {_LAST[(n // 20 + n) % 10]}"


def _facts(n: int) -> tuple[str, str, str, int, int, str]:
    return (
        _TEAMS[n % 6], _CITIES[n % 7], _LANGUAGES[n % 5], 2000 + n * 7, 2003 + n % 20,
        f"{1 + n % 4}-{100 + n * 3}",
    )  # fmt: skip


def _document(n: int, name: str) -> Document:
    team, city, language, extension, year, room = _facts(n)
    paragraphs = [
        [f"{name} works in the {team} team.", f"The desk is in room {room} of the {city} office."],
        [f"The telephone extension is {extension}.", f"Joined the company in {year}."],
        [
            "Everybody takes part in the fire drill twice a year.",
            f"Speaks {language} as well as English.",
        ],
    ]
    return LAYOUTS[n % 5](name, paragraphs)


_NAMES = [name for _, name in _people()]
_FORMS = (
    ("What is the telephone extension of {}?", 3),
    ("Which team does {} work in?", 0),
    ("In which room is the desk of {}?", 5),
    ("When did {} join the company?", 4),
    ("Which languages does {} speak?", 2),
    ("What's {}'s phone extension?", 3),
    ("In what year did {} join us?", 4),
)


def _answers() -> Iterator[tuple[str, str]]:
    for k in range(21):
        n = (k * 37 + 11) % 200
        question, fact = _FORMS[k % len(_FORMS)]
        yield question.format(_NAMES[n]), str(_facts(n)[fact])


_UNKNOWN = (
    "What is the telephone extension of Wilhelmina Zabriskie?",
    "Which team does Quentin Abernathy work in?",
    "In which room is the desk of Rosalind Okonkwo?",
    "When did Bartholomew Pike join the company?",
    "Which languages does Ximena Urrutia speak?",
    "Who won the chess world championship in 1972?",
    "How do I bake sourdough bread?",
    "What is the tallest mountain in Africa?",
    "How much vacation do employees in Osaka get?",
    "What is the wifi password of the Madrid office?",
    "Which company supplies the coffee machines?",
    "When does the cafeteria close on Fridays?",
    "How many parking spaces are there?",
    "Who designed the logo?",
    "What was the revenue of the last quarter?",
    "Which bank keeps the pension fund?",
    "Where can I get my glasses repaired?",
    "What does a ticket to the opera cost?",
    "How far is it to the airport?",
    "When was penicillin discovered?",
)

HANDBOOK = Corpus(
    "handbook", [_document(n, name) for n, name in _people()], list(_answers()), _UNKNOWN
)
