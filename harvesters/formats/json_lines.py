"""JSON, one record a line (also called NDJSON), GeoJSON features among them. Options: `crs`."""

from collections.abc import Iterator, Mapping
from typing import Any

from harvesters.formats.features import Features
from harvesters.formats.json_records import row_of
from harvesters.formats.json_text import NOWHERE, Unreadable, skip_blank, value_at
from harvesters.reading import Reading, Row

LINE_MAX_CHARACTERS = 1_000_000  # of a first line that is looked at to tell the format


def is_json_lines(text: str) -> bool:
    """Whether the first line is a whole object and another begins below it."""
    start = skip_blank(text, 0)
    end = text.find("\n", start, start + LINE_MAX_CHARACTERS)
    if end == NOWHERE:
        return False
    value, value_end = value_at(text[start:end], 0)
    below = skip_blank(text, end)
    return isinstance(value, dict) and not text[start:end][value_end:].strip() and text[below : below + 1] == "{"


def lines_of(text: str) -> Iterator[str]:
    """The lines with their ends, without a second copy of the text."""
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def read_json_lines(text: str, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    features = Features(None, options, reading)
    position = 0
    reading.expect(text.count("\n") + (not text.endswith("\n")))
    for line in lines_of(text):
        if not line.strip():
            continue
        position += 1
        value = whole_value(line.strip())
        if isinstance(value, Unreadable) and not line.endswith("\n"):
            reading.stop(f"The file breaks off in record {position}.", "truncated")
            return
        yield row_of(position, value, features)


def whole_value(line: str) -> Any:
    """The value that a line holds; Unreadable when there is anything beside it."""
    value, end = value_at(line, 0)
    if end == NOWHERE or isinstance(value, Unreadable):
        return value if isinstance(value, Unreadable) else Unreadable("It breaks off.")
    return value if skip_blank(line, end) == len(line) else Unreadable("It holds more than one value.")
