"""Rules of an office without any names, which are asked about in other words than theirs."""

from __future__ import annotations

from .corpus import LAYOUTS, Corpus, Document

_FACTS: tuple[tuple[str, str, str, str], ...] = (
    ("Courses", "Fees of cancelled courses are refunded within 14 days.", "How long does it take until the fee of a cancelled course is refunded?", "14 days"),
    ("Travel", "Hotels may cost at most 140 euros per night.", "What is the maximum price of a hotel per night?", "140 euros"),
    ("Laptops", "Laptops are replaced every four years.", "How often are laptops replaced?", "every four years"),
    ("Visitors", "Visitors must be registered at reception one day before they come.", "Where do I register a visitor?", "reception"),
    ("Parental leave", "Parental leave lasts up to 36 weeks.", "How many weeks of parental leave do I get?", "36 weeks"),
    ("Bicycles", "Bicycles can be repaired in the cellar on Wednesdays.", "On which weekday can I have my bicycle repaired?", "Wednesdays"),
    ("Printers", "Colour printing needs the approval of the office manager.", "Who approves colour printing?", "office manager"),
    ("Sick notes", "A sick note is required from the third day of illness.", "From which day of illness is a sick note required?", "third day"),
    ("Gifts", "Gifts worth more than 35 euros must be declined.", "Above what value do I have to decline a gift?", "35 euros"),
    ("Meeting rooms", "A meeting room that nobody has entered after ten minutes is released.", "When is an empty meeting room released?", "ten minutes"),
    ("Passwords", "Passwords have at least sixteen characters.", "What is the minimum length of a password?", "sixteen characters"),
    ("Backups", "Backups are stored in a vault of the savings bank.", "Where are the backups kept?", "savings bank"),
    ("Expenses", "Expenses are reimbursed with the salary of the following month.", "When do I get my expenses back?", "following month"),
    ("Fire alarm", "When the fire alarm rings, everybody gathers at the flagpole.", "Where is the meeting point after a fire alarm?", "flagpole"),
    ("Probation", "Probation ends after five months.", "How long is the probation period?", "five months"),
    ("Overtime", "Overtime is compensated by free time within two quarters.", "How is overtime compensated?", "free time"),
    ("Kitchen", "The dishwasher in the kitchen is started by whoever leaves last.", "Who starts the dishwasher?", "whoever leaves last"),
    ("Training budget", "Each employee may spend 1,250 euros a year on training.", "How much may an employee spend on training each year?", "1,250 euros"),
    ("Pets", "Dogs are welcome on Fridays if they are quiet.", "When may I bring my dog?", "Fridays"),
    ("Archive", "Contracts are archived for twelve years after their end.", "For how long are contracts kept in the archive?", "twelve years"),
)  # fmt: skip
_THINGS = (
    "desk lamp", "whiteboard", "curtain", "locker", "coat rack", "stapler", "projector", "window",
    "doormat", "elevator", "plant", "carpet", "radiator", "bookshelf", "clock", "ladder", "mailbox",
    "bench", "sign", "fridge",
)  # fmt: skip
_OTHER = (
    "Each {} is labelled with a number on its back.",
    "A broken {} is reported to the caretaker by a form.",
    "Nobody takes a {} home without a receipt.",
    "The {} is checked in autumn, and a protocol is written about it.",
    "For a new {}, three offers are compared.",
    "A {} that is no longer used is given to a charity.",
    "The colour of a {} follows the guidelines.",
    "How a {} is cleaned is shown on a poster.",
    "The insurance covers a {} only if the door was locked.",
)


def _sentence(n: int) -> str:
    return _OTHER[n % 9].format(_THINGS[(n // 9) % 20])


def _rule(n: int, title: str, fact: str) -> Document:
    paragraphs = [
        [_sentence(n * 3), _sentence(n * 5 + 1)],
        [_sentence(n * 7 + 2), fact, _sentence(n * 4 + 3)],
        [_sentence(n * 2 + 4)],
    ]
    return LAYOUTS[n % 5](title, paragraphs)


def _other(n: int) -> Document:
    sentences = [_sentence(n * 11 + k * 4) for k in range(7)]
    title = f"{_THINGS[n % 20].capitalize()}, part {n // 20 + 1}"
    return LAYOUTS[n % 5](title, [sentences[:3], sentences[3:]])


_UNKNOWN = (
    "Which shoes are worn at a wedding?",
    "How many players are on a rugby team?",
    "What is the boiling point of mercury?",
    "Who composed the Goldberg Variations?",
    "How do vaccines work?",
    "What is the distance between the earth and the sun?",
    "When does the swimming season start?",
    "How much tax do freelancers pay in Spain?",
    "Which mushrooms are poisonous?",
    "What happened at the battle of Hastings?",
    "How are diamonds cut?",
    "Who may use the company yacht?",
    "What is the dress code for the gala dinner?",
    "Where do I find the defibrillator?",
    "How many stock options do employees receive?",
    "Which gym offers a discount to us?",
    "What is the notice period for a flat?",
    "How long is the commute to the warehouse?",
    "Who is the data protection officer?",
    "When was the firm founded?",
)

POLICIES = Corpus(
    "policies",
    [
        *(_other(n) for n in range(90)),
        *(_rule(n, title, fact) for n, (title, fact, _, _) in enumerate(_FACTS)),
        *(_other(n) for n in range(90, 180)),
    ],
    [(question, answer) for _, _, question, answer in _FACTS],
    _UNKNOWN,
)
