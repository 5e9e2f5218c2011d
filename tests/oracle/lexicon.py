"""Words and their lexemes: each distinct word is asked of the stemmers once, all logic is ours."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

STEMMERS = {"fr": "french_stem", "nl": "dutch_stem", "en": "english_stem"}
OTHERWISE = "fr"
"""Texts in a language that has no stemmer here are read as French ones."""

_STEMS = "SELECT given, ts_lexize(%s, lower(unaccent(given))) FROM unnest(%s::text[]) AS given"


def folded(word: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


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

    def of_text(self, text: str, lang: str) -> frozenset[str]:
        """The lexemes of a text in its language."""
        stems = self.stems.get(lang, self.stems[OTHERWISE])
        found = (stems[folded(word)] for word in re.findall(r"\w+", text))
        return frozenset(stem for stem in found if stem)

    def matches(self, words: Words, text: frozenset[str]) -> bool:
        """A question is asked in every language, and what it excludes is excluded in every one."""
        wanted = not words.any_of or any(self._found(words.any_of, text, lang) for lang in STEMMERS)
        return wanted and not any(self._found(((word,),), text, lang) for word in words.none_of for lang in STEMMERS)

    def _found(self, any_of: tuple[tuple[str, ...], ...], text: frozenset[str], lang: str) -> bool:
        """Stop words ask for nothing; nothing but stop words finds nothing."""
        stems = self.stems[lang]
        groups = [[stem for word in group if (stem := stems[folded(word)])] for group in any_of]
        return any(text.issuperset(group) for group in groups if group)


def _stems(stemmer: str, words: list[str]) -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [stemmer, words])
        return {folded(word): stems[0] if stems else None for word, stems in cursor.fetchall()}
