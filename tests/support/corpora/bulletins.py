"""Bulletins about unlike things, written after the rules of the answers, which had all of them on the first run."""

from __future__ import annotations

from .corpus import LAYOUTS, Corpus, Document

_FACTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "Greenhouse",
        "The Halden greenhouse was erected in 1911.",
        "Its roof consists of 4,800 panes.",
        "How many panes does the roof of the Halden greenhouse have?",
        "4,800",
    ),
    (
        "Satellite Orla",
        "Orla was launched from Kourou.",
        "The satellite weighs 310 kilograms.",
        "What is the weight of the satellite Orla?",
        "310 kilograms",
    ),
    (
        "Vaccine trial",
        "The trial of Corvaxin enrolled 1,140 volunteers.",
        "Side effects were rare.",
        "How many volunteers took part in the Corvaxin trial?",
        "1,140",
    ),
    (
        "Bistro Lune",
        "Bistro Lune serves lunch only.",
        "It is closed on Mondays and Tuesdays.",
        "On which days is Bistro Lune closed?",
        "Mondays and Tuesdays",
    ),
    (
        "Rental policy",
        "Cars are rented to drivers over 23.",
        "The deductible is 800 euros.",
        "How high is the deductible for a rental car?",
        "800 euros",
    ),
    (
        "Merger",
        "Norvik Foods was taken over by Delmar Group.",
        "The price was 92 million dollars.",
        "Who took over Norvik Foods?",
        "Delmar Group",
    ),
    (
        "Tram line 9",
        "Tram line 9 connects the port with the airport.",
        "It runs every twelve minutes.",
        "How often does tram line 9 run?",
        "twelve minutes",
    ),
    (
        "Library rules",
        "Books may be borrowed for four weeks.",
        "Films must be returned after one week.",
        "For how long can I borrow a book?",
        "four weeks",
    ),
    (
        "Dr. Ingrid Vos",
        "Dr. Ingrid Vos heads the cardiology ward.",
        "Her office is on the sixth floor.",
        "Where is the office of Dr. Ingrid Vos?",
        "sixth floor",
    ),
    (
        "Server room",
        "The server room is cooled to 19 degrees.",
        "Access requires a badge.",
        "What temperature is kept in the server room?",
        "19 degrees",
    ),
    (
        "Marathon",
        "The Elbhaven marathon was cancelled because of a heat wave.",
        "It had 6,000 entrants.",
        "Why was the Elbhaven marathon cancelled?",
        "heat wave",
    ),
    (
        "Painting",
        "The painting Winter Harbour hangs in Utrecht.",
        "Jan Terhorst painted it in 1843.",
        "Who painted Winter Harbour?",
        "Jan Terhorst",
    ),
    (
        "Contract Solaris",
        "The contract with Solaris runs until 31 March 2029.",
        "It is renewed tacitly.",
        "When does the contract with Solaris expire?",
        "31 March 2029",
    ),
    (
        "Allergens",
        "The walnut bread contains sesame.",
        "It is baked on Thursdays.",
        "Which allergen is in the walnut bread?",
        "sesame",
    ),
    (
        "Scholarship",
        "The Brandis scholarship pays 700 francs a month.",
        "Students from any country may apply.",
        "How much does the Brandis scholarship pay per month?",
        "700 francs",
    ),
    (
        "Pump P-204",
        "Pump P-204 is lubricated with oil of type VG 46.",
        "Check the level weekly.",
        "Which oil is used for pump P-204?",
        "VG 46",
    ),
    (
        "Choir tour",
        "The choir sang in Tallinn, Riga and Vilnius.",
        "The tour lasted nine days.",
        "How long was the choir's tour?",
        "nine days",
    ),
    (
        "Visa",
        "Applicants need a passport that is valid for six more months.",
        "Photos must not be older than a year.",
        "How long must my passport be valid?",
        "six more months",
    ),
    (
        "Orchard",
        "Pickers are paid by the crate.",
        "The foreman is called Mateusz Wrona.",
        "What is the foreman's name?",
        "Mateusz Wrona",
    ),
    (
        "Reactor",
        "The reactor at Lindmark was shut down in 1998.",
        "Dismantling took fourteen years.",
        "In what year was the Lindmark reactor shut down?",
        "1998",
    ),
)
"""Titles, two sentences, and a question about them with what the answer contains."""
_FILLER = (
    "The committee met twice.",
    "A new form is available.",
    "Feedback was mostly positive.",
    "Details will follow in spring.",
    "The annex was repainted.",
    "Two interns helped with the files.",
    "The brochure was reprinted.",
    "Comments can be left at the desk.",
    "The list is sorted by name.",
    "Old equipment was sold.",
    "The meeting ended early.",
    "Everyone received a copy.",
    "Repairs are under way.",
    "The schedule is on the wall.",
    "A short film was shown.",
    "Tea was served.",
)
_TITLES = ("Bulletin", "Summary", "Record", "Memo")
_UNKNOWN = (
    "How many panes does the Crystal Palace have?",
    "What is the weight of the satellite Sputnik?",
    "How many volunteers took part in the Moderna trial?",
    "On which days is the Louvre closed?",
    "How high is the deductible for home insurance?",
    "Who took over Instagram?",
    "How often does the night ferry run?",
    "For how long can I borrow a telescope?",
    "Where is the office of Dr. Strange?",
    "What temperature does lead melt at?",
    "Why was the Berlin wall built?",
    "Who painted Guernica?",
    "When does the lease of the copier expire?",
    "Which allergen is in the lobster soup?",
    "How much does the Rhodes scholarship pay per month?",
    "Which oil is used for frying falafel?",
    "How long was the Hundred Years War?",
    "How long must a visa for Russia be valid?",
    "What is the janitor's name?",
    "In what year did Chernobyl explode?",
)


def _filler(n: int, count: int) -> list[str]:
    return [_FILLER[(n * 7 + k * 5) % len(_FILLER)] for k in range(count)]


def _other(n: int) -> Document:
    return LAYOUTS[n % 5](f"{_TITLES[n % 4]} {n}", [_filler(n, 4), _filler(n + 1, 4)])


def _told(n: int, title: str, *sentences: str) -> Document:
    return LAYOUTS[n % 5](
        title, [[*_filler(n, 2), *sentences, *_filler(n + 2, 1)], _filler(n + 3, 4)]
    )


BULLETINS = Corpus(
    "bulletins",
    [
        *(_other(n) for n in range(90)),
        *(_told(n, title, first, second) for n, (title, first, second, _, _) in enumerate(_FACTS)),
        *(_other(n) for n in range(90, 180)),
    ],
    [(question, answer) for _, _, _, question, answer in _FACTS],
    _UNKNOWN,
)
