"""An Activity's content as the values of a row, in the one order and spelling that COPY and the hash share."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, DecimalField, Field, JSONField

from portal.models import Activity, Staged
from portal.models.content import ActivityContent

Values = tuple[Any, ...]

_SHARED = {field.name for field in ActivityContent._meta.get_fields()}
CONTENT: list[Field] = [field for field in Staged._meta.concrete_fields if field.name in _SHARED]
COLUMNS = [str(field.column) for field in CONTENT]
_content = attrgetter(*(field.attname for field in CONTENT))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _speller(field: Field) -> Callable[[Any], Any] | None:
    """How a value of the field is written so that equal things are spelled alike; None: as it is."""
    spellers: dict[type[Field], Callable[[Any], Any]] = {
        GeometryField: lambda geometry: geometry.hexewkb.decode(),
        JSONField: lambda value: json.dumps(value, ensure_ascii=False),
        ArrayField: lambda words: [str(word) for word in words],
        DateTimeField: _utc,
        DecimalField: lambda amount: f"{amount:.2f}",
    }
    return str if field.choices else spellers.get(type(field))


_SPELLERS = [(place, speller) for place, field in enumerate(CONTENT) if (speller := _speller(field))]


def values(activity: Activity) -> Values:
    """The content of an Activity in the order of COLUMNS; geometries as hexadecimal EWKB (EPSG:4326)."""
    spelled = list(_content(activity))
    for place, speller in _SPELLERS:
        if spelled[place] is not None:
            spelled[place] = speller(spelled[place])
    return tuple(spelled)


def digest(content: Values) -> str:
    """SHA-256 of all that is published of a record, so that «the same» can be told without comparing."""
    return hashlib.sha256(repr(content).encode()).hexdigest()
