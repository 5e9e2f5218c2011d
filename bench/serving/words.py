"""Made-up texts whose words are as unevenly frequent as those of a language (Zipf), the same for the same seed."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.records import WORDS

VOCABULARY = 6_000
STREAM = 2_000_000
LONGEST = 14
SYLLABLES = (
    "ba", "bre", "ca", "cen", "dé", "do", "fa", "fin", "ga", "gi", "jar", "la", "li", "mai", "men", "mo", "na", "nou",
    "par", "pla", "pré", "qua", "ra", "ri", "sa", "sol", "té", "ti", "va", "vi",
)  # fmt: skip
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Stream:
    """A long text, and where its words begin. Texts are cut out of it at words: quicker than drawing each word."""

    text: str
    begins: Integers

    def cuts(self, chance: np.random.Generator, count: int, least: int, most: int) -> list[str]:
        """So many texts of `least` to `most` characters."""
        last = len(self.begins) - most
        first = self.begins[chance.integers(0, last, count)]
        wanted = first + chance.integers(least + LONGEST + 1, most + 1, count)
        ends = self.begins[np.searchsorted(self.begins, wanted, "right") - 1] - 1
        return [self.text[begin:end] for begin, end in zip(first.tolist(), ends.tolist(), strict=True)]


@cache
def stream(seed: int) -> Stream:
    chance = np.random.default_rng([seed, 1])
    words = _vocabulary(chance)
    weights = 1 / (np.arange(len(words)) + 2.7)
    drawn = chance.choice(len(words), STREAM, p=weights / weights.sum())
    lengths = np.array([len(word) for word in words])[drawn]
    begins = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
    return Stream(" ".join([words[number] for number in drawn.tolist()]), begins)


def _vocabulary(chance: np.random.Generator) -> list[str]:
    made = dict.fromkeys(WORDS)
    while len(made) < VOCABULARY:
        word = "".join(chance.choice(SYLLABLES, chance.integers(2, 5)))
        made.setdefault(word[:LONGEST])
    return list(made)
