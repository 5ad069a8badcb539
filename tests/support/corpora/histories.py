"""Lives and places told at length: a name stands in one sentence, and the fact about it in another."""

from __future__ import annotations

from .corpus import LAYOUTS, Corpus, Document

_FACTS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("Ilse Varga", ("Ilse Varga grew up above a bakery.", "Her first novel appeared in 1932."), "When did Ilse Varga publish her first novel?", "1932"),
    ("The Morrow Bridge", ("The Morrow Bridge was designed by two brothers.", "It spans 614 metres, and carries four lanes."), "How long is the Morrow Bridge?", "614 metres"),
    ("Anselm Reyes", ("The painter Anselm Reyes moved to the coast when he was forty.", "There he died in 1877, poor and almost blind."), "In which year did Anselm Reyes die?", "1877"),
    ("Kestrel House", ("Kestrel House stands on a hill south of the town.", "The architect was Dorothea Finch."), "Who was the architect of Kestrel House?", "Dorothea Finch"),
    ("The Tallow Mine", ("The Tallow Mine was opened by a Welsh company.", "At its height it employed 2,300 miners."), "How many miners did the Tallow Mine employ?", "2,300"),
    ("Lake Ossian", ("Lake Ossian freezes nearly every winter.", "Its greatest depth is 148 metres."), "How deep is Lake Ossian?", "148 metres"),
    ("Benedikta Strand", ("Benedikta Strand studied chemistry in Ghent.", "Later she patented a dye that does not fade in sunlight."), "What did Benedikta Strand patent?", "a dye"),
    ("The Harrowgate Players", ("The Harrowgate Players began as a reading circle.", "They perform in a disused tram depot."), "Where do the Harrowgate Players perform?", "tram depot"),
    ("Mount Calder", ("Mount Calder was long believed to be unclimbable.", "Two sisters from Bern reached the summit in August 1889."), "Who climbed Mount Calder first?", "Two sisters"),
    ("The Vellacott Prize", ("The Vellacott Prize is awarded for translations.", "The winner receives 15,000 guilders."), "How much money does the winner of the Vellacott Prize receive?", "15,000 guilders"),
    ("Casimir Holt", ("Casimir Holt built clocks.", "His workshop was destroyed by a flood."), "What destroyed the workshop of Casimir Holt?", "flood"),
    ("The steamer Petronella", ("The steamer Petronella plied between the islands.", "She sank off Cape Lowen in a gale."), "Where did the Petronella sink?", "Cape Lowen"),
    ("The Ferrand Institute", ("The Ferrand Institute was founded by a widow.", "Today its director is Malik Osei."), "Who directs the Ferrand Institute?", "Malik Osei"),
    ("Ludmila Petrova", ("Ludmila Petrova played the cello.", "She gave her last concert in Trieste."), "In which city did Ludmila Petrova give her last concert?", "Trieste"),
    ("The Sedgwick Canal", ("The Sedgwick Canal was dug by soldiers.", "Construction took eleven years."), "How many years did the construction of the Sedgwick Canal take?", "eleven years"),
    ("Brother Eustace", ("Brother Eustace kept the bees of the abbey.", "In old age he wrote a treatise on mead."), "What did Brother Eustace write?", "treatise on mead"),
    ("Ravensholm Castle", ("Ravensholm Castle burned twice.", "The family sold it to a brewer for 9,000 crowns."), "For how much was Ravensholm Castle sold?", "9,000 crowns"),
    ("The Oakhanger Orchid", ("The Oakhanger Orchid grows on chalk.", "It flowers only in the second half of June."), "When does the Oakhanger Orchid flower?", "June"),
    ("Tamsin Roe", ("Tamsin Roe was a pilot.", "Her aeroplane was nicknamed the Blue Heron."), "What was the nickname of Tamsin Roe's aeroplane?", "Blue Heron"),
    ("The Quillon Archive", ("The Quillon Archive lies beneath a chapel.", "It holds 73,000 letters."), "How many letters are in the Quillon Archive?", "73,000"),
)  # fmt: skip
_FILLER = (
    "Little is known of the years before the war.",
    "The parish register mentions a dispute about a wall.",
    "Visitors came by coach from the county town.",
    "A plaque was put up by the local society.",
    "In spring the roads were often under water.",
    "The newspapers of the day took no notice.",
    "Much of what was said later cannot be verified.",
    "An uncle paid the debts and left for Brazil.",
    "The harvest failed three times in a decade.",
    "Opinions about this differ to the present day.",
    "The letters were found in an attic by a schoolteacher.",
    "Nobody had expected that it would last so long.",
)
_OTHER_FIRST = (
    "Agnes",
    "Cornelius",
    "Edda",
    "Florian",
    "Gisela",
    "Hector",
    "Isolde",
    "Konrad",
    "Matilda",
)
_OTHER_LAST = (
    "Ashdown",
    "Birchall",
    "Crane",
    "Dunmore",
    "Everard",
    "Foxley",
    "Garrick",
    "Hale",
    "Ingram",
    "Jessop",
)
_OTHER = (
    "{} was born in {} as the youngest of seven children.",
    "{} published a first volume of poems in {}.",
    "{} designed a bridge that was never built, and gave a lecture about it in {}.",
    "{} left the abbey in {} and became a painter.",
    "{} played in an orchestra until {}.",
)  # fmt: skip


def _filler(n: int, count: int) -> list[str]:
    return [_FILLER[(n * 5 + k * 7) % len(_FILLER)] for k in range(count)]


def _told(n: int, title: str, sentences: tuple[str, ...]) -> Document:
    first, second = sentences
    paragraphs = [
        [first, *_filler(n, 2)[: n % 3]] if n % 2 else [*_filler(n + 1, 2), first],
        _filler(n + 2, 3),
    ]
    paragraphs[0] += [second, *_filler(n + 3, 2)]
    return LAYOUTS[n % 5](title, paragraphs)


def _other(n: int) -> Document:
    name = f"{_OTHER_FIRST[n % 9]} {_OTHER_LAST[n % 10]}"
    told = _OTHER[n % 5].format(name, 1700 + n)
    return LAYOUTS[n % 5](name, [[*_filler(n, 2), told, *_filler(n + 1, 2)], _filler(n + 4, 4)])


_UNKNOWN = (
    "When did Ottoline Mercer publish her first novel?",
    "How long is the Kintore Bridge?",
    "Who was the architect of Wexcombe Hall?",
    "How deep is Lake Titicaca?",
    "Who directs the Pasteur Institute?",
    "What is the exchange rate of the yen?",
    "How do I change the tyre of a bicycle?",
    "Which proteins does milk contain?",
    "Who invented the transistor?",
    "What is the speed of sound in water?",
    "When was the last Olympic final in curling?",
    "How many keys does a piano have?",
    "Where is the next petrol station?",
    "Which channel broadcasts the evening news?",
    "What should I feed a hedgehog?",
    "When do the shops in Reykjavik close?",
    "How much does it cost to ship a parcel to Peru?",
    "Who is the goalkeeper of Real Sociedad?",
    "What is the recipe for shortbread?",
    "Which password manager do we use?",
)

HISTORIES = Corpus(
    "histories",
    [
        *(_told(n, title, sentences) for n, (title, sentences, _, _) in enumerate(_FACTS)),
        *(_other(n) for n in range(180)),
    ],
    [(question, answer) for _, _, question, answer in _FACTS],
    _UNKNOWN,
)
