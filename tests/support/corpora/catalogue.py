"""Products in wide tables of several, and in records of one each."""

from __future__ import annotations

from collections.abc import Iterator

from .corpus import Corpus, Document

_MATERIALS = ("oak", "steel", "linen", "cork", "brass", "birch", "felt", "glass", "wool", "slate")
_OBJECTS = (
    "stool", "lantern", "blanket", "tray", "hook", "shelf", "coaster", "vase", "rug", "clock",
    "bench", "mirror", "basket", "pillow", "rack", "stand", "kettle", "bowl", "board", "frame",
)  # fmt: skip
_WAREHOUSES = ("Hamburg", "Malmö", "Bristol", "Gent")
_FILLER = (
    "Parcels are weighed at the gate.",
    "The driver signs the list.",
    "Pallets are returned.",
    "Damaged goods are photographed.",
    "The scales are calibrated in May.",
)


def _name(n: int) -> str:
    return f"{_MATERIALS[n % 10]} {_OBJECTS[n // 10]}"


def _price(n: int) -> str:
    return f"{20 + n * 7} EUR"


def _weight(n: int) -> str:
    return f"{3 + n % 30} kg"


def _warehouse(n: int) -> str:
    return _WAREHOUSES[n % 4]


def _documents() -> Iterator[Document]:
    for first in range(0, 200, 10):
        rows = "\n".join(
            f"| {_name(n)} | {_price(n)} | {_weight(n)} | {_warehouse(n)} |"
            for n in range(first, first + 5)
        )
        yield {
            "title": f"Price list {first // 10}",
            "content": "Our prices for the season.\n\n| product | price | weight | warehouse |\n"
            f"|---|---:|---|---|\n{rows}\n\nPrices include tax.",
        }
        for n in range(first + 5, first + 10):
            yield {
                "title": f"SKU-{1000 + n}",
                "content": f"Product: {_name(n)}\nPrice: {_price(n)}\nWeight: {_weight(n)}\n"
                f"Warehouse: {_warehouse(n)}\n",
            }
    for n in range(80):
        yield {
            "title": f"Delivery {n}",
            "content": " ".join(_FILLER[(n + k * 2) % 5] for k in range(6)),
        }


_FORMS = (
    ("How much does the {} cost?", _price),
    ("what is the price of a {}", _price),
    ("What does the {} weigh?", _weight),
    ("In which warehouse do we keep the {}?", _warehouse),
)
_UNKNOWN = (
    "How much does the marble fountain cost?",
    "what is the price of a leather armchair",
    "What does the bronze statue weigh?",
    "In which warehouse do we keep the garden gnome?",
    "Who is the king of Norway?",
    "What is the deadline for the tax return?",
    "How do I cook risotto?",
    "When was the French revolution?",
    "What is the phone number of the fire brigade?",
    "Which dinosaurs could fly?",
    "How long is a marathon?",
    "Where can I buy stamps?",
    "What is the meaning of life?",
    "Who wrote War and Peace?",
    "Does the canteen serve vegan food?",
    "How many bones has the human hand?",
    "Which train goes to Vienna?",
    "What did the board decide about bonuses?",
    "Tell me the name of the new receptionist",
    "What is the warranty period of the espresso machine?",
)

CATALOGUE = Corpus(
    "catalogue",
    list(_documents()),
    [
        (question.format(_name(n)), fact(n))
        for k in range(20)
        for n in [k * 10 + k * 3 % 10]
        for question, fact in [_FORMS[k % 4]]
    ],
    _UNKNOWN,
)
