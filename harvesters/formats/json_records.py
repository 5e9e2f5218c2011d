"""JSON, GeoJSON and JSON-LD documents: the list of records is found wherever it stands.

Options: `records`, the way to the list (`data.items`); `crs`, the coordinate system of the geometries when the file
does not say it (`EPSG:2154`). A JSON-LD context is never fetched: names are taken as they are written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.features import Features
from harvesters.formats.json_text import (
    NOWHERE,
    Items,
    Unreadable,
    end_of_brackets,
    end_of_value,
    members,
    skip_blank,
    value_at,
)
from harvesters.http import shown
from harvesters.reading import Reading, Row

LIST_NAMES = {"features", "results", "records", "data", "items", "@graph", "rows", "elements", "places", "result"}
LEVELS = 4
TAIL_CHARACTERS = 3000
REST_CHARACTERS = 10_000
CRS_MEMBER = re.compile(r'"crs"\s*:\s*')


@dataclass(frozen=True, slots=True)
class Found:
    """A list that may be the records: where it begins, within how many brackets, and how likely it is."""

    at: int
    level: int
    is_named: bool = True
    length: int = 0


def read_json(text: str, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record of the document. Raises PortalError (not-json, bad-option)."""
    start = skip_blank(text, 0)
    if text[start : start + 1] not in ("{", "["):
        raise PortalError("not-json", "The answer is not JSON.")
    found = Found(start, 0) if text[start] == "[" else list_within(text, start, str(options.get("records") or ""))
    if found is None:
        yield lone_feature(text, start, options, reading)
        return
    features = Features(declared_crs(text, start, found.at), options, reading)
    records = Items(text, found.at)
    position = 0
    for position, value in enumerate(records, start=1):
        yield row_of(position, value, features)
    if records.end == NOWHERE:
        reading.stop(f"The file breaks off after {position} whole records.", "truncated")
        return
    end = end_of_brackets(text, records.end, found.level) if found.level else records.end
    if end == NOWHERE:
        reading.stop("The file breaks off behind its records.", "truncated")
    else:
        check_nothing_behind(text, end, reading)


def check_nothing_behind(text: str, end: int, reading: Reading) -> None:
    """A document with something behind it may be half of what was meant."""
    rest = text[end : end + REST_CHARACTERS].strip()
    if rest:
        reading.stop(f"Behind the end of its JSON the file goes on: “{shown(' '.join(rest.split())[:40])}”.")


def row_of(position: int, value: Any, features: Features) -> Row:
    """The row of one record as it stands in JSON; of a GeoJSON feature, its properties and its geometry."""
    if isinstance(value, Unreadable):
        return Row(position, {}, problem=value.reason)
    if not isinstance(value, dict):
        return Row(position, {}, problem=f"It is not an object with names and values but {kind_of(value)}.")
    return features.row(position, value)


def kind_of(value: Any) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "nothing")


def lone_feature(text: str, start: int, options: Mapping[str, Any], reading: Reading) -> Row:
    """A document that is one record by itself, which only a GeoJSON feature may be."""
    value, end = value_at(text, start)
    if isinstance(value, dict) and value.get("type") == "Feature":
        check_nothing_behind(text, end, reading)
        return row_of(1, value, Features(value.get("crs"), options, reading))
    if isinstance(value, Unreadable):
        raise PortalError("not-json", f"The answer is not JSON that can be read. {value.reason}")
    names = ", ".join(sorted(str(name) for name in value)[:10]) or "none at all"
    raise PortalError("not-json", f"The answer is JSON without a list of records; its members are: {names}.")


def list_within(text: str, start: int, path: str) -> Found | None:
    if path:
        return list_at_path(text, start, path)
    best = None
    for found in lists_within(text, start, 1):
        if found.is_named and found.level == 1:
            return found
        if best is None or (found.is_named, found.length) > (best.is_named, best.length):
            best = found
    return best


def list_at_path(text: str, start: int, path: str) -> Found:
    at, level = start, 0
    for name in path.split("."):
        places = dict(members(text, at)) if text[at] == "{" else {}
        if name not in places:
            raise PortalError("bad-option", f"The answer has no “{path}” where its records should stand.")
        at, level = places[name], level + 1
    if text[at : at + 1] != "[":
        raise PortalError("bad-option", f"What stands at “{path}” is not a list of records.")
    return Found(at, level)


def lists_within(text: str, start: int, level: int) -> Iterator[Found]:
    """The lists of objects in an object, and in the objects it holds."""
    if member_is(text, start, "type", "Feature"):
        return
    for name, at in members(text, start):
        opening = text[at : at + 1]
        if opening == "[":
            yield from list_found(text, at, level, name in LIST_NAMES)
        elif opening == "{" and level < LEVELS:
            yield from lists_within(text, at, level + 1)


def list_found(text: str, at: int, level: int, is_named: bool) -> Iterator[Found]:
    inside = skip_blank(text, at + 1)
    first = text[inside : inside + 1]
    if first == "{" or (is_named and first in ("]", "")):
        if is_named and level == 1:
            yield Found(at, level)
            return
        end = end_of_value(text, at)
        yield Found(at, level, is_named, (len(text) if end == NOWHERE else end) - at)


def member_is(text: str, start: int, name: str, wanted: str) -> bool:
    """Whether an object's member is this text, as far as its first few members tell."""
    for (member, at), _ in zip(members(text, start), range(5), strict=False):
        if member == name:
            return text.startswith(f'"{wanted}"', at)
        if text[at : at + 1] in ("[", "{"):
            return False
    return False


def declared_crs(text: str, start: int, list_at: int) -> Any:
    """The `crs` member of 2008, before the records or behind them; None without one."""
    if list_at == start:
        return None
    for name, at in members(text, start):
        if name == "crs":
            return value_at(text, at)[0]
        if at >= list_at:
            break
    tail = text[max(list_at, len(text) - TAIL_CHARACTERS) :]
    for match in CRS_MEMBER.finditer(tail):
        value, end = value_at(tail, match.end())
        if isinstance(value, dict) and end != NOWHERE and "]" not in tail[end:]:
            return value
    return None
