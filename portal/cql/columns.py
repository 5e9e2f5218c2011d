"""The properties that a filter may name: where each is kept, and what type its values have.

Aliases: `a` is portal_activity, `s` portal_source, `r` geo_area (left joined: most items have no area).
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.vocabularies import AREAL


class Type(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    LIST = "list"
    GEOMETRY = "geometry"


@dataclass(frozen=True)
class Term:
    """One side of a comparison: its SQL, and the type of its values."""

    sql: str
    type: Type


def _own(type_: Type, *names: str) -> dict[str, Term]:
    return {name: Term(f"a.{name}", type_) for name in names}


AREAL_ITEM = f"a.precision IN ({', '.join(repr(word.value) for word in AREAL)})"
GEOMETRY = Term(f"CASE WHEN {AREAL_ITEM} THEN r.shape ELSE a.geometry END", Type.GEOMETRY)
"""As the item is shown: its own place, else the shape of the area that it concerns. EPSG:4326."""

QUERYABLES: dict[str, Term] = {
    "id": Term("a.public_id::text", Type.TEXT),
    "geometry": GEOMETRY,
    **_own(Type.TEXT, "kind", "title", "summary", "description", "lang"),
    **_own(Type.LIST, "themes"),
    **_own(Type.TEXT, "organisation", "organisation_id", "precision", "address", "postal_code"),
    "area_code": Term("r.code", Type.TEXT),
    "area_name": Term("r.name", Type.TEXT),
    "area_level": Term("r.level", Type.TEXT),
    **_own(Type.MOMENT, "starts", "ends", "deadline"),
    **_own(Type.TEXT, "status", "status_source"),
    **_own(Type.NUMBER, "edition", "budget"),
    **_own(Type.TEXT, "currency"),
    **_own(Type.NUMBER, "votes", "places"),
    **_own(Type.TEXT, "rhythm", "schedule", "remote"),
    **_own(Type.BOOLEAN, "open_to_minors", "reduced_mobility"),
    **_own(Type.LIST, "skills"),
    **_own(Type.DATE, "data_date"),
    **_own(Type.MOMENT, "source_modified", "first_seen", "changed"),
    "source": Term("s.slug", Type.TEXT),
    "source_title": Term("s.title", Type.TEXT),
    "publisher": Term("s.publisher", Type.TEXT),
    **_own(Type.TEXT, "source_record_id", "licence"),
}
