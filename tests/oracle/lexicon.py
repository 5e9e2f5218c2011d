"""Words and their lexemes: each distinct word is asked of the stemmers once, all logic is ours."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

STEMMERS = {"fr": "french_stem", "nl": "dutch_stem", "en": "english_stem"}
OTHERWISE = "fr"
"""Texts in a language that has no stemmer here are read as French ones."""
BEGUN_MIN = 2
"""Letters of a last word that may be the beginning of one."""

_STEMS = "SELECT given, ts_lexize(%s, lower(unaccent(given))) FROM unnest(%s::text[]) AS given"


def folded(word: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    return [folded(word) for word in re.findall(r"\w+", text)]


@dataclass(frozen=True)
class Words:
    """What is typed: all the words of one of `any_of`, and none of `none_of`."""

    any_of: tuple[tuple[str, ...], ...] = ()
    none_of: tuple[str, ...] = ()

    def __str__(self) -> str:
        wanted = " or ".join(" ".join(group) for group in self.any_of)
        return " ".join([wanted, *(f"-{word}" for word in self.none_of)]).strip()


class Lexicon:
    """The lexeme of each word in each language; None for a stop word."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        words = sorted(set(vocabulary))
        self.stems = {lang: _stems(stemmer, words) for lang, stemmer in STEMMERS.items()}

    def of_text(self, text: str, lang: str, plain: str = "") -> frozenset[str]:
        """The lexemes of a text in its language, and the words of its `plain` part as they are."""
        lang = lang if lang in STEMMERS else OTHERWISE
        found = (self._stem(word, lang) for word in words_of(text))
        plainly = (word for word in words_of(plain) if not self._is_stop(word))
        return frozenset(stem for stem in found if stem) | frozenset(plainly)

    def matches(self, words: Words, text: frozenset[str]) -> bool:
        """A question is asked in every language, and what it excludes is excluded in every one."""
        wanted = not words.any_of or self._found(words.any_of, text) or self._begun(words.any_of, text)
        return wanted and not any(self._found(((word,),), text) for word in words.none_of)

    def _found(self, any_of: Sequence[Sequence[str]], text: frozenset[str]) -> bool:
        """Stop words ask for nothing; nothing but stop words finds nothing."""
        asked = (self._asked(group, lang) for lang in STEMMERS for group in any_of)
        return any(text.issuperset(stems) for stems in asked if stems)

    def _begun(self, any_of: Sequence[Sequence[str]], text: frozenset[str]) -> bool:
        """The last word may be the beginning of one, where all before it are found. (After an «or» it could only add
        what the other side finds.)"""
        *before, last = any_of[0]
        if len(any_of) > 1 or len(last) < BEGUN_MIN:
            return False
        if self._is_stop(last):
            return self._found([before], text)
        begun = any(text.issuperset(self._asked(before, lang)) for lang in STEMMERS)
        return begun and any(word.startswith(folded(last)) for word in text)

    def _is_stop(self, word: str) -> bool:
        """A stop word of any language is no beginning of another word."""
        return any(self._stem(folded(word), lang) is None for lang in STEMMERS)

    def _asked(self, group: Sequence[str], lang: str) -> list[str]:
        return [stem for word in group if (stem := self._stem(folded(word), lang))]

    def _stem(self, word: str, lang: str) -> str | None:
        stems = self.stems[lang]
        if word not in stems:
            stems |= _stems(STEMMERS[lang], [word])
        return stems[word]


def _stems(stemmer: str, words: list[str]) -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [stemmer, words])
        return {folded(word): stems[0] if stems else None for word, stems in cursor.fetchall()}
