"""The ready texts of records, as SQL makes them: what `portal.api.features` says of a Feature, for a million at once.

Aliases: a portal_activity, s portal_source, r geo_area, m portal_membership. `%(site)s` is the site's address.
A test holds what comes out equal to the serializer's, field by field.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, Field, JSONField
from django.urls import reverse
from django.utils.translation import override

from portal.api.properties import BRIEF, LATE, PROPERTIES
from portal.models import Activity
from portal.read.codes import quoted
from portal.vocabularies import AREAL, Kind

DECIMALS = 7
"""Of a degree: a centimetre."""

STORED = tuple(name for name in PROPERTIES if name not in LATE)


def page_url(activity: str) -> str:
    """SQL: the address of an Activity's page, as `portal.links.permanent_url` gives it."""
    paths = " ".join(f"WHEN '{kind}' THEN %({kind})s" for kind in Kind.values)
    slug = f"read_slug({activity}.title, {activity}.kind)"
    return f"(%(site)s || CASE {activity}.kind {paths} END || {activity}.public_id || '-' || {slug} || '/')"


def parameters(site: str) -> dict[str, str]:
    """What the texts have of the site: its address, and the paths of its pages in its first language."""
    with override(settings.LANGUAGE_CODE):
        return {"site": site} | {kind: reverse(f"{kind}-list") for kind in Kind.values}


OTHERS = f"""(SELECT coalesce(json_agg(json_build_object('source', s2.slug, 'source_title', s2.title,
    'url', {page_url("a2")}, 'source_url', a2.source_url, 'licence', a2.licence) ORDER BY m2.place), '[]'::json)
    FROM portal_membership m2 JOIN portal_activity a2 ON a2.id = m2.activity_id JOIN portal_source s2
    ON s2.id = a2.source_id WHERE m2.cluster_id = m.cluster_id AND a2.id <> a.id AND a2.withdrawn IS NULL)"""

ELSEWHERE = {
    "area_code": "r.code", "area_name": "r.name", "area_level": "r.level", "source": "s.slug",
    "source_title": "s.title", "publisher": "s.publisher", "licence_url": "s.licence_url",
    "url": page_url("a"), "also_published_by": f"CASE WHEN m.cluster_id IS NULL THEN '[]'::json ELSE {OTHERS} END",
}  # fmt: skip
"""Properties that are no column of their own."""


PLAIN = frozenset((
    "kind", "lang", "precision", "area_level", "starts", "ends", "deadline", "status", "edition", "votes", "places",
    "rhythm", "remote", "open_to_minors", "reduced_mobility", "data_date", "source_modified", "first_seen", "changed",
    "source", "url",
))  # fmt: skip
"""Our own words, numbers, moments and addresses: nothing in them needs quotes, none begins like a formula."""


def _value(name: str) -> str:
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    return f"read_stamp(a.{name})" if isinstance(_field(name), DateTimeField) else f"a.{name}"


def _field(name: str) -> "Field | None":
    return None if name in ELSEWHERE else Activity._meta.get_field(name)  # type: ignore[return-value]


def _cell(name: str) -> str:
    """SQL: a property of the row `p` as a cell of CSV; lists are joined by «; »."""
    field, column = _field(name), f"p.{name}"
    if isinstance(field, ArrayField):
        return f"read_cell_text(array_to_string({column}, '; '))"
    if isinstance(field, JSONField) or name == "also_published_by":
        empty = f"WHEN {column}::text = '[]' THEN ''"
        parts = f"(SELECT string_agg(part::text, '; ') FROM json_array_elements({column}::json) part)"
        return f"CASE {empty} ELSE read_cell_text({parts}) END"
    if name in PLAIN:
        return f"coalesce({column}::text, '')"
    if name == "budget":
        return f"coalesce(trim_scale({column})::text, '')"
    return f"read_cell_text({column}::text)"


def _coordinate(function: str) -> str:
    point = "GeometryType(a.geometry) = 'POINT'"
    return f"CASE WHEN {point} THEN round({function}(a.geometry)::numeric, {DECIMALS})::float8::text ELSE '' END"


LINE_COLUMNS = ("id", *STORED, "lat", "lon", *LATE)
_CELLS = ", ".join(["a.public_id::text", *(_cell(name) for name in STORED), _coordinate("ST_Y"), _coordinate("ST_X")])

SEEN = "CASE WHEN a.missing_since IS NULL THEN a.changed ELSE coalesce(a.last_listed, a.changed) END"
_BEFORE, _AFTER = '{"type":"Feature","id":"', '","geometry":'
NO_GEOMETRY = "null"
ID = slice(len(_BEFORE), len(f"{_BEFORE}{UUID(int=0)}"))
"""Where the public id stands in the text of a Feature."""

GEOMETRY_AT = len(f"{_BEFORE}{UUID(int=0)}{_AFTER}") + 1
"""Where the geometry begins in the text of a Feature, the first letter being 1."""

_GEOJSON = f"""CASE WHEN a.precision IN ({quoted(AREAL)}) THEN '{NO_GEOMETRY}'
    ELSE coalesce(ST_AsGeoJSON(a.geometry, {DECIMALS}), '{NO_GEOMETRY}') END"""
_FEATURE = (
    f"concat('{_BEFORE}', a.public_id, '{_AFTER}', {_GEOJSON}, ',\"properties\":', left(row_to_json(p)::text, -1))"
)


class Text(NamedTuple):
    """SQL of a text, and of what it needs beside the record."""

    sql: str
    joined: str


def _row(names: Iterable[str]) -> str:
    return f"CROSS JOIN LATERAL (SELECT {', '.join(f'{_value(name)} AS {name}' for name in names)}) p"


_ALL = f"""
JOIN portal_source s ON s.id = a.source_id LEFT JOIN geo_area r ON r.id = a.area_id
LEFT JOIN portal_membership m ON m.activity_id = a.id {_row(STORED)}
"""
TEXTS = {
    "read_feature": Text(_FEATURE, _ALL),
    "read_brief": Text(_FEATURE, _row(BRIEF)),
    "read_line": Text(f"array_to_string(ARRAY[{_CELLS}], ',')", _ALL),
}
"""Of a record `a`, by the table where they stand."""
