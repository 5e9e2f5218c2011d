"""What the names of columns say, in French, Dutch, English, Catalan, Spanish, Polish and some German.

The words are data: `words.toml`, where their languages are told.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from geo.names import fold

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
FIELD_WORDS: dict[str, dict[str, list[str]]] = WORDS["fields"]
LANGUAGES = {"fr", "nl", "en", "ca", "es", "pl", "de", "eng", "fra", "fre", "nld", "dut"}

_CAMEL = re.compile(r"(?<=[a-zà-ÿ\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STEPS = re.compile(r"[./:]")
# An exact name says most. A word leads in Romance names (titre du projet), and ends Germanic ones (project title).
WHOLE, LEADS, ENDS, WITHIN = 1.0, 0.86, 0.82, 0.5
STRENGTHS = {"strong": 1.0, "usual": 0.94, "faint": 0.6}


@cache
def spoken(name: str) -> str:
    """The words of a technical name: `codePostal`, `code_postal` and `CODE-POSTAL` are `code postal`."""
    return fold(_CAMEL.sub(" ", name).replace("'", " ").replace("’", " "))


@cache
def steps(name: str) -> tuple[str, ...]:
    """The parts of a nested name in words, the language at its end left out: `category/name/ca` is category, name."""
    parts = [spoken(part) for part in _STEPS.split(name.removeprefix("@"))]
    parts = [part for part in parts if part and not part.isdigit()]
    while len(parts) > 1 and parts[-1] in LANGUAGES | {"value", "text"}:
        parts.pop()
    if parts:
        words = parts[-1].split()
        parts[-1] = " ".join(words[:-1] if len(words) > 1 and words[-1] in LANGUAGES else words)
    return tuple(parts)


def language_of(name: str) -> str:
    """The language code that a name ends with (`title/ca`, `nom_fr`), or ""."""
    last = spoken(_STEPS.split(name)[-1]).split()[-1:]
    return last[0] if last and last[0] in LANGUAGES and len(spoken(name).split()) > 1 else ""


@cache
def says(field: str, name: str) -> float:
    """How clearly a column's name says that it holds this field: 0 (not at all) to 1."""
    parts = steps(name)
    if not parts:
        return 0.0
    last, above = parts[-1], parts[:-1]
    words = FIELD_WORDS[field]
    best = max(
        (_match(word, last, field) * STRENGTHS[strength] for strength in STRENGTHS for word in words.get(strength, ())),
        default=0.0,
    )
    whole = " ".join(parts)
    if len(parts) > 1 and (named := [STRENGTHS[one] for one in STRENGTHS if whole in words.get(one, ())]):
        return max(named)
    if _contains(words.get("never", ()), last):
        return 0.0
    return best * (0.35 if _of_something_else(field, above) else 1.0)


def _match(word: str, last: str, field: str) -> float:
    if word == last:
        return WHOLE
    if last.startswith(f"{word} "):
        return LEADS * _rest(last.removeprefix(word), field)
    if last.endswith(f" {word}"):
        return ENDS * _rest(last.removesuffix(word), field)
    return WITHIN * _rest(last.replace(word, " ", 1), field) if f" {word} " in f" {last} " else 0.0


def _rest(rest: str, field: str) -> float:
    """«nom de la commune» is no title: what is named beside tells of something else."""
    others = set(WORDS["others"].get(field, ()))
    return 0.35 if others & set(rest.split()) else 1.0


def _of_something_else(field: str, above: Iterable[str]) -> bool:
    """Whether the object that holds the value is of something else: `category.name` is no title."""
    others = set(WORDS["others"].get(field, ()))
    return any(others & set(step.split()) for step in above)


def _contains(words: Iterable[str], text: str) -> bool:
    return any(f" {word} " in f" {text} " for word in words)
