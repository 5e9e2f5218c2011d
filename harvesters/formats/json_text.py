"""Walking through JSON text: where its values begin and end, even where the text is broken.

Records are read one by one, so a bad one costs no other, and a file that breaks off gives those that were whole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harvesters.clean.tidy import DEPTH_MAX, TooDeepError, tidy

BLANK = re.compile(r"[ \t\r\n]*")
# Possessive (`++`, `*+`): a long string is walked once, and nothing is kept for walking back.
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]|"', re.DOTALL)
SCALAR = re.compile(r"[^\s,\]}\[{\"]+")
NOWHERE = -1
LEVELS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Unreadable:
    """In the place of a value: why it could not be read."""

    reason: str


# NaN and the infinities are no JSON; they stand for “no value”.
DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def skip_blank(text: str, at: int) -> int:
    match = BLANK.match(text, at)
    return match.end() if match else at


def end_of_value(text: str, at: int) -> int:
    """Where the value that begins at `at` ends; NOWHERE when the text ends first or no value begins there."""
    opening = text[at : at + 1]
    if opening in ("{", "["):
        return end_of_brackets(text, at)
    match = (STRING if opening == '"' else SCALAR).match(text, at)
    return match.end() if match else NOWHERE


def end_of_brackets(text: str, at: int, depth: int = 0) -> int:
    """Where the brackets that are open close again; `depth` of them are open at `at` already."""
    for match in STRUCTURE.finditer(text, at):
        mark = match[0]
        if mark in ("{", "["):
            depth += 1
            if depth > LEVELS_MAX:
                return NOWHERE  # nobody means so many: the rest is not worth the walk
        elif mark in ("}", "]"):
            depth -= 1
            if depth == 0:
                return match.end()
        elif mark == '"':
            return NOWHERE  # a string that never ends
    return NOWHERE


def members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Names and places of the values of the object that begins at `at`, as far as it can be followed."""
    at = skip_blank(text, at + 1)
    while match := STRING.match(text, at):
        at = skip_blank(text, match.end())
        if text[at : at + 1] != ":":
            return
        at = skip_blank(text, at + 1)
        yield plain_string(match[0]), at
        at = end_of_value(text, at)
        if at == NOWHERE:
            return
        at = skip_blank(text, at)
        at = skip_blank(text, at + 1) if text[at : at + 1] == "," else at


def plain_string(quoted: str) -> str:
    value = value_at(quoted, 0)[0]
    return value if isinstance(value, str) else quoted


def value_at(text: str, at: int) -> tuple[Any, int]:
    """The value at `at` and where it ends; Unreadable when it is no JSON, NOWHERE when the text ends first."""
    try:
        value, end = DECODER.raw_decode(text, at)
        return tidy(value), end
    except (TooDeepError, RecursionError):
        reason = f"It is nested more than {DEPTH_MAX} levels deep."
    except json.JSONDecodeError as error:
        reason = f"It is not valid JSON ({error.msg.lower()}, character {error.pos - at} of the record)."
    except ValueError:
        reason = "It holds a number too long to be one."
    return Unreadable(reason), end_of_value(text, at)


class Items:
    """The values of the list that begins at `at`, Unreadable ones among them.

    After the last one, `end` is where the list ended; NOWHERE when the text broke off first.
    """

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at
        self._is_careful = False
        self.end = NOWHERE

    def _item(self, at: int) -> tuple[Any, int]:
        """An error is told with its line, counted from the start: behind a first one, items are read cut out."""
        end = end_of_value(self._text, at) if self._is_careful else NOWHERE
        if end == NOWHERE:
            value, end = value_at(self._text, at)
        else:
            value, length = value_at(self._text[at:end], 0)
            end = end if length == NOWHERE else at + length
        self._is_careful = self._is_careful or isinstance(value, Unreadable)
        return value, end

    def __iter__(self) -> Iterator[Any]:
        text, at = self._text, skip_blank(self._text, self._at + 1)
        while at < len(text) and text[at] != "]":
            value, end = self._item(at)
            if end in (NOWHERE, at):
                return
            yield value
            at = skip_blank(text, end)
            at = skip_blank(text, at + 1) if text[at : at + 1] == "," else at
        if at < len(text):
            self.end = at + 1
