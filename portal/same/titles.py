"""How alike two titles are, as two portals write one thing: what they share, and what only one of them says."""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from geo.names import fold

_STOP_WORDS = """
a au aux avec c ce chez d dans de des du elle en et il j je l la le les leur leurs m mon n nos notre ou par pour qu que
qui s sa se ses son sur t un une vos votre y
de den der het een en in op met van voor the of and for in at on to with w z na i do dla od przy o oraz
"""
_GENERIC_WORDS = """
abrege asbl asso association vzw club comite collectif compagnie cooperative espace france groupe ong reseau sarl
societe ville commune mairie centre maison projet mission benevole benevoles atelier
"""
_LONG = {
    "asso": "association", "av": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "bibl": "bibliotheque", "biblio": "bibliotheque", "cis": "centre incendie secours", "cs": "centre secours",
    "csp": "centre secours principal",
    "cpi": "centre premiere intervention", "ctre": "centre", "epn": "espace public numerique", "ch": "chemin",
    "mjc": "maison jeunes culture", "pl": "place", "r": "rue", "rte": "route", "comm": "communautaire",
}  # fmt: skip
"""Abbreviations that are not the beginning of the word they stand for, or are too short to be told as one."""

_STOP = frozenset(_STOP_WORDS.split())
_GENERIC = frozenset(_GENERIC_WORDS.split())
_ROMAN = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix"))
_GENERIC_WEIGHT = 0.4
_CUT_FROM = 40
"""A title of at least so many letters that another one goes on from was cut by its portal."""


@dataclass(frozen=True)
class TitleMatch:
    """`similarity` from 0 to 1; the words that only one says; whether the longer one only adds to the other.

    `other_numbers` is on how many sides there is a number that the other side has not.
    """

    similarity: float
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    shared_weight: float
    other_numbers: int
    other_head: bool

    @property
    def conflict(self) -> float:
        """How much each says that the other does not: 0 where one only says more."""
        return min(_weight_of(self.only_left), _weight_of(self.only_right))


def compare(left: str, right: str, beside: tuple[str, ...] = ()) -> TitleMatch:
    """Compare two titles; `beside` are words that either may add without meaning (its commune, its organisation)."""
    one, other = words_of(left), words_of(right)
    pairs = _paired(one, other)
    known = {word for text in beside for word in words_of(text)}
    only_left = tuple(w for n, w in enumerate(one) if n not in {p[0] for p in pairs})
    only_right = tuple(w for n, w in enumerate(other) if n not in {p[1] for p in pairs})
    shared = sum(_weight(one[n]) * alike for n, _m, alike in pairs)
    kept_left = tuple(word for word in only_left if word not in known)
    kept_right = tuple(word for word in only_right if word not in known)
    if _cut(left, right, one, other):
        kept_left = kept_right = ()
    whole = 2 * shared + _weight_of(kept_left) + _weight_of(kept_right)
    lost = sum(_weight(one[n]) * (1 - alike) for n, _m, alike in pairs)
    return TitleMatch(
        similarity=2 * shared / (whole + 2 * lost) if whole else 0.0,
        only_left=kept_left,
        only_right=kept_right,
        shared_weight=shared,
        other_numbers=_other_numbers(kept_left, kept_right),
        other_head=_head_added(one, other, kept_left, kept_right),
    )


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words that say something, abbreviations written out; a letter at the end is a name («Pavillon D»)."""
    found = [long for word in fold(_mended(text)).split() for long in _LONG.get(word, word).split()]
    last = [] if _ends_cut(text) else [word for word in found[-1:] if len(word) == 1]
    kept = [word for word in found[: len(found) - len(last)] if word not in _STOP]
    return tuple(kept + last or found)


def _mended(text: str) -> str:
    """UTF-8 that was once read as windows-1252 (`Ã©`), as it was; anything else as it is."""
    if "Ã" not in text and "â€" not in text:
        return text
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _paired(one: tuple[str, ...], other: tuple[str, ...]) -> list[tuple[int, int, float]]:
    """Each word with the one that stands for it on the other side: an equal, an abbreviated or a mistyped one."""
    pairs: list[tuple[int, int, float]] = []
    free_left, free_right = dict(enumerate(one)), dict(enumerate(other))
    for likeness in (_equal, _abbreviated, _mistyped):
        for n, left in list(free_left.items()):
            found = next((m for m, right in free_right.items() if likeness(left, right)), None)
            if found is not None:
                pairs.append((n, found, likeness(left, free_right.pop(found))))
                del free_left[n]
    return pairs


def _equal(left: str, right: str) -> float:
    return float(left == right)


def _abbreviated(left: str, right: str) -> float:
    short, long = sorted((left, right), key=len)
    return 0.95 if len(short) >= 3 and long.startswith(short) and not short[-1].isdigit() else 0.0


def _mistyped(left: str, right: str) -> float:
    shorter = min(len(left), len(right))
    if shorter < 5 or left.isdigit() or right.isdigit():
        return 0.0
    allowed = 1 if shorter < 9 else 2
    return 0.9 if OSA.distance(left, right, score_cutoff=allowed) <= allowed else 0.0


def _cut(left: str, right: str, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one was cut where the other goes on; the last word may be cut too."""
    short, _long = sorted((one, other), key=len)
    text = min(left, right, key=len)
    if len(text) < _CUT_FROM and not _ends_cut(text):
        return False
    longer = other if short is one else one
    same = all(a == b for a, b in zip(short[:-1], longer, strict=False))
    return bool(short) and same and longer[len(short) - 1].startswith(short[-1])


def _other_numbers(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """Numbers and single letters: «Parc Lasalle 1» is not «Parc Lasalle 2», nor «Pavillon C» «Pavillon D»."""
    return sum(any(_numeral(word) for word in words) for words in (left, right))


def _ends_cut(text: str) -> bool:
    return text.rstrip().endswith(("…", "..."))


def _numeral(word: str) -> bool:
    return word[0].isdigit() or len(word) == 1 or word in _ROMAN


def _head_added(one: tuple[str, ...], other: tuple[str, ...], *kept: tuple[str, ...]) -> bool:
    """Whether only one begins with a word of meaning: the car park of a centre is not the centre."""
    heads = [words[0] for words, only in zip((one, other), kept, strict=True) if words and words[0] in only]
    return len(heads) == 1 and heads[0] not in _GENERIC


def _weight(word: str) -> float:
    return _GENERIC_WEIGHT if word in _GENERIC else 1.0


def _weight_of(words: tuple[str, ...]) -> float:
    return sum(_weight(word) for word in words)
