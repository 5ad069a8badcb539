"""Two hundred documents about one island, twenty of which answer a question, in five ways of titling and wrapping them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

PLACES = (
    "Aldra", "Brenna", "Corvik", "Dalsund", "Eikeli", "Fossmo", "Grindal", "Hamnes", "Innvik", "Jorstad",
)  # fmt: skip
TOPICS = (
    ("harbour", "The harbour of {place} has room for {n} boats, and its crane lifts {m} tonnes."),
    ("school", "The school in {place} teaches {n} children in {m} classes."),
    ("bakery", "The bakery of {place} sells {n} loaves a day and opens at {m} past six."),
    ("library", "The library in {place} lends {n} books a week, most of them novels."),
    ("mill", "The mill at {place} grinds {n} sacks of rye in autumn with {m} stones."),
    ("chapel", "The chapel of {place} seats {n} people, and has {m} windows of coloured glass."),
    ("pasture", "The pasture above {place} feeds {n} sheep from May to September."),
    ("quarry", "The quarry near {place} yields {n} tonnes of slate a year."),
    ("ferry", "The ferry to {place} carries {n} passengers and {m} cars."),
    ("inn", "The inn at {place} lets {n} rooms, and cooks for {m} guests."),
    ("market", "The market of {place} has {n} stalls on Saturdays."),
    ("workshop", "The workshop in {place} repairs {n} engines a month."),
    ("orchard", "The orchard of {place} has {n} apple trees in {m} rows."),
    ("clinic", "The clinic in {place} treats {n} patients a week."),
    ("brewery", "The brewery at {place} fills {n} barrels a month."),
    ("theatre", "The theatre of {place} plays {n} evenings a year to {m} people."),
    ("garage", "The garage in {place} keeps {n} buses under one roof."),
    ("dairy", "The dairy of {place} makes {n} cheeses a week."),
)


@dataclass(frozen=True)
class Fact:
    """A sentence, a question that it answers, and what the answer must contain."""

    sentence: str
    question: str
    answer: str


FACTS = (
    Fact("The lighthouse on Skarvholm was lit for the first time in 1869.", "When was the lighthouse on Skarvholm first lit?", "1869"),
    Fact("Ragna Tveit has been the harbour master of Corvik since the spring of 2011.", "Who is the harbour master of Corvik?", "Ragna Tveit"),
    Fact("The tunnel between Dalsund and Eikeli is 3,420 metres long.", "How long is the tunnel between Dalsund and Eikeli?", "3,420 metres"),
    Fact("A yearly pass for the swimming hall costs 960 crowns, and half of that for children.", "What does a yearly pass for the swimming hall cost?", "960 crowns"),
    Fact("Applications for a berth must be handed in by 15 February.", "By which date must applications for a berth be handed in?", "15 February"),
    Fact("The warranty on the wind turbine ends after 84 months.", "After how many months does the warranty on the wind turbine end?", "84 months"),
    Fact("Lost keys are kept in the porter's lodge behind the town hall.", "Where are lost keys kept?", "porter's lodge"),
    Fact("The bell of the old customs house was cast from the propeller of the steamer Vesta.", "What was the bell of the old customs house cast from?", "propeller of the steamer Vesta"),
    Fact("Invoices above 50,000 crowns need the signature of two members of the board.", "Which invoices need two signatures?", "50,000 crowns"),
    Fact("The password of the guest network changes every Tuesday at noon.", "When does the password of the guest network change?", "Tuesday at noon"),
    Fact("The choir rehearses in the boathouse, because the chapel has no heating.", "Where does the choir rehearse?", "boathouse"),
    Fact("Nils Aasen bequeathed his collection of 412 barometers to the museum.", "Who bequeathed his barometers to the museum?", "Nils Aasen"),
    Fact("The emergency generator holds fuel for 36 hours.", "For how many hours does the emergency generator hold fuel?", "36 hours"),
    Fact("Vaccinations against ticks are given on the first Monday of each month.", "On which day are vaccinations against ticks given?", "first Monday"),
    Fact("The express to the mainland leaves at 05:55 from the northern quay.", "At what time does the express to the mainland leave?", "05:55"),
    Fact("The reservoir above Fossmo holds 2.7 million cubic metres of water.", "How much water does the reservoir above Fossmo hold?", "2.7 million"),
    Fact("Drones are forbidden within 500 metres of the nesting cliffs.", "How close to the nesting cliffs are drones forbidden?", "500 metres"),
    Fact("The deputy of the fire chief is Solveig Moen.", "Who is the deputy of the fire chief?", "Solveig Moen"),
    Fact("Compost is collected on odd weeks, and glass on even ones.", "In which weeks is compost collected?", "odd weeks"),
    Fact("The oldest tree of the island is a yew of about 780 years in Grindal.", "How old is the oldest tree of the island?", "780 years"),
)  # fmt: skip

PARAPHRASES = (
    ('What is the length of the Dalsund tunnel?', '3,420 metres'),
    ('Tell me who the Corvik harbour master is', 'Ragna Tveit'),
    ('How much do I pay for a yearly pass to the swimming hall?', '960 crowns'),
    ('Until when can I hand in an application for a berth?', '15 February'),
    ('How long is the turbine under warranty?', '84 months'),
    ('Where can I find lost keys?', 'porter'),
    ('What material was the customs house bell made from?', 'Vesta'),
    ('Whose signature does an invoice above 50,000 crowns need?', 'two members'),
    ('How often does the guest password change?', 'Tuesday'),
    ('How many barometers did Nils Aasen leave to the museum?', '412'),
    ('How long does the fuel of the emergency generator last?', '36 hours'),
    ('When are tick vaccinations?', 'first Monday'),
    ('From which quay does the express leave?', 'northern quay'),
    ('What is the volume of the reservoir above Fossmo?', '2.7 million'),
    ('Are drones allowed near the nesting cliffs?', '500 metres'),
    ("Name the fire chief's deputy.", 'Solveig Moen'),
    ('When is glass collected?', 'even ones'),
    ('What kind of tree is the oldest on the island?', 'yew'),
    ('In what year was Skarvholm lighthouse lit?', '1869'),
)  # fmt: skip
"""The same facts, asked in other words."""

ELSEWHERE = (
    "How long is the tunnel between Oslo and Drammen?",
    "When was the lighthouse on Alcatraz first lit?",
    "Who is the harbour master of Rotterdam?",
    "How much water does the Hoover reservoir hold?",
)
"""What the documents say of other places."""

UNKNOWN = (
    "Who painted the altarpiece of the cathedral in Toledo?",
    "What is the melting point of gallium?",
    "When did the volcano Katla last erupt?",
    "How many moons does Neptune have?",
    "Which vitamin prevents scurvy?",
    "Who invented the telescope?",
    "What is the capital of Mongolia?",
    "How do I reset my router to factory settings?",
    "Which team won the handball final in Zagreb?",
    "What is the interest rate of the mortgage with Nordbank?",
    "Who wrote the opera about the flying Dutchman?",
    "How many calories are in an avocado?",
    "What does the error code E47 of the dishwasher mean?",
    "When does the semester begin at the university in Uppsala?",
    "What is the maximum depth of Lake Baikal?",
    "Which visa is required to enter Bhutan?",
    "Who holds the patent on the zip fastener?",
    "How tall is the Eiffel tower?",
    "What are the side effects of ibuprofen?",
    "Where was the treaty with the Ottomans signed?",
)


def documents() -> list[dict[str, str]]:
    """All documents, with title and content."""
    found = [_other(n) for n in range(180)]
    for n, fact in enumerate(FACTS):
        found.insert(9 * n, _LAYOUTS[n % len(_LAYOUTS)](fact, n))
    return found


def _filler(n: int, count: int = 8) -> list[str]:
    """Sentences of other topics and places."""
    return [_sentence(n * 7 + 13 * k + 5) for k in range(count)]


def _sentence(n: int) -> str:
    topic, text = TOPICS[n % len(TOPICS)]
    del topic
    place = PLACES[(n // len(TOPICS)) % len(PLACES)]
    return text.format(place=place, n=20 + n * 17 % 900, m=2 + n * 5 % 40)


def _other(n: int) -> dict[str, str]:
    topic, _ = TOPICS[n % len(TOPICS)]
    place = PLACES[n // len(TOPICS) % len(PLACES)]
    sentences = [_sentence(n), *_filler(n, 6)]
    return {"title": f"The {topic} of {place}", "content": " ".join(sentences)}


def _headed(fact: Fact, n: int) -> dict[str, str]:
    """Markdown: a heading that is the first words of the fact, wrapped lines."""
    words = " ".join(fact.sentence.split()[:4])
    body = textwrap.fill(" ".join([*_filler(n, 4), fact.sentence, *_filler(n + 1, 4)]), 48)
    return {"title": f"report-{n}.md", "content": f"# {words}\n\n{body}\n"}


def _underlined(fact: Fact, n: int) -> dict[str, str]:
    """An underlined heading, and the fact in the middle of a paragraph."""
    body = textwrap.fill(" ".join([*_filler(n, 3), fact.sentence, *_filler(n + 2, 3)]), 72)
    return {
        "title": f"Minutes {n}",
        "content": f"Minutes of the council\n======================\n\n{body}",
    }


def _items(fact: Fact, n: int) -> dict[str, str]:
    """A list, whose items are wrapped and indented."""
    items = [*_filler(n, 3), fact.sentence, *_filler(n + 3, 3)]
    wrapped = [textwrap.fill(one, 56, initial_indent="- ", subsequent_indent="  ") for one in items]
    return {"title": f"Notice {n}", "content": "Notices:\n\n" + "\n".join(wrapped)}


def _plain(fact: Fact, n: int) -> dict[str, str]:
    """One long line without a heading, the fact at its end."""
    return {"title": "", "content": " ".join([*_filler(n, 12), fact.sentence])}


def _narrow(fact: Fact, n: int) -> dict[str, str]:
    """A narrow column with empty lines between its paragraphs, as from a PDF."""
    paragraphs = [" ".join(_filler(n, 2)), fact.sentence, " ".join(_filler(n + 4, 2))]
    return {
        "title": f"scan{n:03}.pdf",
        "content": "\n\n".join(textwrap.fill(one, 28) for one in paragraphs),
    }


_LAYOUTS: tuple[Callable[[Fact, int], dict[str, str]], ...] = (
    _headed, _underlined, _items, _plain, _narrow,
)  # fmt: skip
