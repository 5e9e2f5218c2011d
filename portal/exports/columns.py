"""The columns of tables: what type each published value has, and how it is read out of a Feature.

One list for GeoPackage, FlatGeobuf, GeoParquet and XLSX. A test holds it to `portal.api.features.PROPERTIES`.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from portal.api.properties import PROPERTIES
from portal.exports.answer import Feature


class Type(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"


TYPES = {
    Type.STRING: (
        "kind", "title", "summary", "description", "lang", "organisation", "organisation_id", "image", "website",
        "join_url", "precision", "address", "postal_code", "area_code", "area_name", "area_level", "opening_hours",
        "status", "status_source", "currency", "parent_record_id", "rhythm", "schedule", "remote", "source",
        "source_title", "publisher", "source_record_id", "source_url", "licence", "licence_url", "url",
    ),
    Type.INTEGER: ("edition", "votes", "places"),
    Type.NUMBER: ("budget",),
    Type.BOOLEAN: ("open_to_minors", "reduced_mobility"),
    Type.DATE: ("data_date",),
    Type.DATETIME: ("starts", "ends", "deadline", "source_modified", "first_seen", "last_seen", "changed"),
    Type.LIST: ("themes", "themes_source", "stages", "skills", "via", "also_published_by"),
}  # fmt: skip
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}

COLUMNS: dict[str, Type] = {
    "id": Type.STRING,
    **{name: TYPE_OF[name] for name in PROPERTIES},
    "distance_m": Type.NUMBER,  # metres
}

# What XML 1.0 cannot hold, and databases cut a text at. No title means anything by them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that XML 1.0 forbids."""
    return text if text.isprintable() else FORBIDDEN.sub("", text)


def moment(text: str) -> datetime:
    """A date and time of a Feature, in UTC."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    with suppress(OverflowError):  # In the last hours of year 9999 the zone counts for nothing.
        return value.astimezone(UTC)
    return value.replace(tzinfo=UTC)


def parts(value: list[Any]) -> list[str]:
    """The texts of a list; what has names of its own as JSON."""
    return [clean(part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)) for part in value]


def joined(texts: list[str]) -> str:
    """A list in one cell."""
    return "; ".join(texts)


READ: dict[Type, Callable[[Any], Any]] = {
    Type.STRING: lambda value: clean(str(value)),
    Type.INTEGER: int,
    Type.NUMBER: float,
    Type.BOOLEAN: bool,
    Type.DATE: date.fromisoformat,
    Type.DATETIME: moment,
    Type.LIST: parts,
}
READERS = tuple((name, READ[kind]) for name, kind in COLUMNS.items() if name != "id")


def row(feature: Feature) -> list[Any]:
    """The values of a Feature in the order of COLUMNS, None where there is none."""
    properties = feature["properties"]
    values: list[Any] = [str(feature["id"])]
    for name, read in READERS:
        value = properties.get(name)
        values.append(None if value is None else read(value))
    return values
