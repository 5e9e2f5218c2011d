"""JSON, one record a line (also called NDJSON), GeoJSON features among them. Options: `crs`."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from harvesters.formats.features import Features
from harvesters.formats.json_records import row_of
from harvesters.formats.json_text import NOWHERE, Unreadable, skip_blank, value_at
from harvesters.reading import Reading, Row


def is_json_lines(text: str) -> bool:
    """Whether the first line is a whole object and another begins below it."""
    first, _, rest = text.lstrip().partition("\n")
    value, end = value_at(first, 0)
    return isinstance(value, dict) and not first[end:].strip() and rest.lstrip()[:1] == "{"


def read_json_lines(text: str, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    features = Features(options.get("crs"), reading)
    position = 0
    for line in io.StringIO(text):
        if not line.strip():
            continue
        position += 1
        value = whole_value(line.strip())
        if isinstance(value, Unreadable) and not line.endswith("\n"):
            reading.stop(f"The file breaks off in record {position}.")
            return
        yield row_of(position, value, features)


def whole_value(line: str) -> Any:
    """The value that a line holds; Unreadable when there is anything beside it."""
    value, end = value_at(line, 0)
    if end == NOWHERE or isinstance(value, Unreadable):
        return value if isinstance(value, Unreadable) else Unreadable("It breaks off.")
    return value if skip_blank(line, end) == len(line) else Unreadable("It holds more than one value.")
