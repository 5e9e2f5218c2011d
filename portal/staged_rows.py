"""An Activity's content as the values of a row, in the one order and spelling that COPY and the hash share."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import orjson
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, WKBWriter
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, DecimalField, Field, JSONField

from portal.models import Activity
from portal.models.content import ActivityContent

Values = list[Any]

_SHARED = {field.name for field in ActivityContent._meta.get_fields()}
CONTENT: list[Field] = [field for field in Activity._meta.concrete_fields if field.name in _SHARED]
COLUMNS = [str(field.column) for field in CONTENT]
# Out of the instance's own dictionary: several times quicker than asking each attribute.
_content = itemgetter(*(field.attname for field in CONTENT))


class _Writer(threading.local):
    """Writes EWKB; kept for each thread, since `geometry.hexewkb` sets one up anew at every call."""

    def __init__(self) -> None:
        self.ewkb = WKBWriter()
        self.ewkb.srid = True
        self.ewkb.outdim = 3


_writer = _Writer()


def _hex(geometry: GEOSGeometry) -> str:
    return str(_writer.ewkb.write_hex(geometry), "ascii")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _cents(amount: Decimal | float) -> str:
    return f"{amount:.2f}"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _array(words: list[str]) -> str:
    """As PostgreSQL writes an array of texts (its manual, 8.15.6): quicker than the driver, which asks each type."""
    return "{" + ",".join(['"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words]) + "}"


ALIKE: dict[type[Field], Callable[[Any], Any]] = {GeometryField: _hex, DateTimeField: _utc, DecimalField: _cents}
"""How values are spelled so that equal things are equal; those of other fields are taken as they are."""

COPIED: dict[type[Field], Callable[[Any], Any]] = {ArrayField: _array, JSONField: _json}
"""What COPY needs beside: done for the few records that differ alone."""

_ALIKE = [(place, ALIKE[type(field)]) for place, field in enumerate(CONTENT) if type(field) in ALIKE]
_COPIED = [(place, COPIED[type(field)]) for place, field in enumerate(CONTENT) if type(field) in COPIED]


def values(activity: Activity) -> Values:
    """The content of an Activity in the order of COLUMNS; geometries as hexadecimal EWKB (EPSG:4326)."""
    content = list(_content(activity.__dict__))
    for place, speller in _ALIKE:
        if content[place] is not None:
            content[place] = speller(content[place])
    return content


def copied(content: Values) -> Values:
    """The same as COPY takes it."""
    row = content.copy()
    for place, speller in _COPIED:
        if row[place] is not None:
            row[place] = speller(row[place])
    return row


def digest(content: Values) -> str:
    """SHA-256 of all that is published of a record, so that «the same» can be told without comparing."""
    return hashlib.sha256(orjson.dumps(content)).hexdigest()
