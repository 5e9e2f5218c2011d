"""The language of some texts, by their commonest short words."""

import re
from collections import Counter
from collections.abc import Iterable

SHORT_WORDS = {
    "fr": "le la les des du de un une et est dans pour sur avec par au aux que qui en ce plus nous vous à l d",
    "nl": "de het een en van is in voor op met te dat die niet zijn aan om bij door naar worden wordt",
    "en": "the of and to in is for on with that by at this are from be your our will as it or",
    "es": "el los las del y en para con por una un que se su al como más es de la",
    "ca": "els les dels del i en per amb una un que es al com més és de la l d aquest aquesta",
    "pl": "i w na z do się dla oraz jest nie o przez przy ul od po za jak",
    "de": "der die das und in für mit von zu den im ist auf ein eine des dem nicht",
}
WORDS = {lang: frozenset(words.split()) for lang, words in SHORT_WORDS.items()}
TEXTS_MAX = 200


def language_of(texts: Iterable[str]) -> tuple[str, float]:
    """The language, and how sure that is (0 to 1); "" for texts without a known short word."""
    counts: Counter[str] = Counter()
    for text, _number in zip(texts, range(TEXTS_MAX), strict=False):
        for word in re.findall(r"[^\W\d_]+", text.lower())[:100]:
            # A word of several languages tells a little of each.
            known = [lang for lang, words in WORDS.items() if word in words]
            for lang in known:
                counts[lang] += 12 // len(known)
    if not counts:
        return "", 0.0
    (first, most), *rest = counts.most_common(2)
    second = rest[0][1] if rest else 0
    return first, round(min(0.95, (most - second) / most + 0.3) if most >= 36 else 0.4, 2)
