"""English words: their stems, words of the same meaning, and words that say little about a subject."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]  # it has no types

WORD: re.Pattern[str] = re.compile(r"\w+")
# The algorithm of the tokenizer `porter` of SQLite's full-text index, so that both agree on the stems.
_SHORTEST = 3
"""Letters of the shortest stem: that of `Ines` would be `in`."""
_STEMMER = snowballstemmer.stemmer("porter")

_SAME = (
    "leave leaves left depart departure",
    "arrive arrival reach come",
    "begin began begun start open",
    "end finish close expire over",
    "hold held",
    "keep kept store stored storage",
    "found founded establish set created",
    "publish appear issue release",
    "write wrote written author",
    "buy bought purchase",
    "sell sold sale",
    "pay paid price cost fee charge costs",
    "refund reimburse repay",
    "make made build built construct construction produce manufacture",
    "die died dead death",
    "born birth",
    "lead led head direct director chief boss run manage manager charge",
    "own owner owned belong",
    "work job employ employed",
    "live lived reside home",
    "speak spoke spoken language",
    "grow grew grown",
    "sink sank sunk",
    "fall fell fallen",
    "give gave given bequeath donate leave left",
    "win won winner",
    "lose lost",
    "teach taught teacher",
    "send sent",
    "meet met gather meeting",
    "say said tell told",
    "know knew known",
    "see saw seen",
    "take took taken last lasts duration",
    "bring brought",
    "choose chose chosen",
    "phone telephone",
    "mail email",
    "maximum most highest greatest limit",
    "minimum least lowest",
    "allow allowed permit permitted forbid forbidden prohibit",
    "must require required need needed obligatory mandatory",
    "year yearly annual annually",
    "month monthly",
    "week weekly",
    "day daily",
    "weekday monday tuesday wednesday thursday friday saturday sunday",
    "big large size",
    "deep depth",
    "long length",
    "high height tall",
    "wide width broad",
    "heavy weigh weight",
    "old age",
    "fast speed",
    "far distance",
    "hot temperature",
    "rich wealth",
    "use used usage",
    "child children",
    "man men",
    "woman women",
    "person people",
    "first original",
    "dog pet",
    "repair fix mend",
    "replace exchange",
    "illness sick sickness ill",
    "approve approval",
    "contact reach",
    "holiday vacation leave",
    "salary wage",
    "staff employee personnel",
    "car vehicle",
    "climb ascend ascent summit",
    "study studied studies graduate",
    "marry married wife husband wedding",
    "invent invention inventor patent develop",
    "paint painter painting",
    "compose composer composed",
    "fight fought battle",
    "hurt injure injury",
    "steal stole stolen theft",
    "break broke broken defect",
    "burn burned burnt fire",
    "quick fast",
    "cancel cancelled abort terminate",
    "terminate end",
    "error fail failure failed",
    "call invoke ring",
    "notify inform report",
    "apply application",
    "hire recruit join joined",
    "resign quit leave",
    "visit visitor guest",
    "client customer",
    "firm company enterprise",
    "quarter quarterly",
    "revenue turnover sales",
    "profit margin earnings",
    "budget funds",
    "deadline due",
    "empty vacant nobody unoccupied",
    "maximal maximum most",
    "capital city",
    "doctor physician",
    "film movie",
    "flat apartment",
    "shop store",
    "ship boat vessel steamer",
    "plane aeroplane airplane aircraft",
    "road street",
    "prize award",
    "reward bounty",
    "money cash funds",
    "rule policy regulation",
    "danger risk hazard",
    "garbage waste rubbish",
    "summit peak top",
    "responsible charge owner",
    "located situated location lie lies stand stands",
    "happen occur place",
    "host hosted",
    "deploy install",
    "listen listens port",
    "default standard",
    "delete remove erase",
    "create add",
    "change modify alter edit",
    "password passphrase",
    "employee staff worker",
    "colleague coworker",
    "weekend saturday sunday",
    "rehearse practise practice",
    "perform play",
    "destroy ruin demolish",
    "discover find found",
    "member belongs",
    "colour color",
    "favour favor",
    "centre center",
    "organise organize",
    "licence license",
    "programme program",
    "metre meter",
    "litre liter",
    "problem issue trouble bug fault",
    "prefer want like wish",
    "problem error",
    "another second",
    "obtain receive get",
    "forbidden banned",
    "big huge",
    "fix correct",
    "postpone delay move",
    "begin arrive",
    "occupation job profession",
    "nickname called named",
    "owe debt",
    "debt loan",
    "rent lease",
    "landlord lessor",
)
"""Words that may stand for each other, among them the forms of irregular verbs."""
_COMMON = """
able accept account act add after again agree almost alone along already also always amount animal answer appear apply
area around arrange article ask association author back bad base basic be become before begin behind believe below best
better between big bit bottom bring build business buy call carry case category cause center centre certain chance
change chapter charge choose class clear close club come common company compare complaint complete condition consider
contact contain continue control copy correct cost country course cover create current customer cut date day decide deep
department depend describe detail different difficult direct discuss division document door during each early easy
effect either employee end enough enter error even event ever every exact example exist expect explain express fact
family far fast feature feel few field figure file fill final find fine finish first fit floor follow form found free
friend full further general goal good great group grow guest hand handle happen hard head heading hear help high hold
home hour house idea important include increase inform information inside instead institution interest issue item join
keep kind know large last late later lead learn least leave left less letter level life like limit line list little live
local long look lose low main major make man manage material matter maximum mean measure meet member method minimum
minute mode model moment money month move name near necessary need never new news next nice note number occur offer
office official often old once open option order origin other outside own owner page paragraph part particular pass past
pay people percent percentage perform period permit person picture piece place plan point position possible prepare
present price private probable problem process produce program project prove provide public purpose put quality question
quick quite range rate rather reach read ready real reason receive recent record regular remain remember remove report
request require rest result return right role room rule run safe same save say second section see seem sell send
sentence separate serious serve service set setting several shape short show side sign similar simple since single site
size small some sort special stand standard start state station stay step still stop store story style subject such
supply support sure system take talk task team term text thing think third throw time title today together too tool top
topic total town travel true try turn type under understand unit until up use user usual value version very view visit
visitor wait want watch way week welcome well whole wide winner woman word work world write writer wrong year young
"""


def without_accents(text: str) -> str:
    """A text without the accents of its letters."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(one for one in letters if not unicodedata.combining(one))


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without accents, as the full-text index has them."""
    return WORD.findall(without_accents(text.lower()))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in lower case: `rehearsal` is `rehears`."""
    found: str = _STEMMER.stemWord(word)
    return found if len(found) >= _SHORTEST else word


def stems(text: str) -> set[str]:
    """The stems of the words of a text."""
    return {stem(word) for word in tokens(text)}


def _by_stem() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in _SAME:
        words = frozenset(group.split())
        for one in map(stem, words):
            found[one] = found.get(one, frozenset()) | words
    return found


_BY_STEM = _by_stem()
_COMMON_STEMS = frozenset(map(stem, _COMMON.split()))


def synonyms(word: str) -> frozenset[str]:
    """The words that may stand for a word, itself included."""
    return _BY_STEM.get(stem(word), frozenset()) | {word}


def is_common(stemmed: str) -> bool:
    """Whether a word is so common that it says little about what a text is about."""
    return stemmed in _COMMON_STEMS
