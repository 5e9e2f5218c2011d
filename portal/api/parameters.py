"""What each parameter of the API takes, for the OpenAPI document. `portal.query.PARAMETERS` says which there are."""

from typing import Any

from geo.crs import CRS84, KNOWN
from portal.api.paging import OFFSET_MAX
from portal.query import LIMIT_DEFAULT, LIMIT_MAX, PARAMETERS, SORTS, TEXT_MAX
from portal.vocabularies import Kind, Precision, Remote, Status, Theme

Schema = dict[str, Any]
URIS = list(KNOWN)


def _some(words: list[str]) -> Schema:
    return {"type": "array", "items": {"type": "string", "enum": words}, "minItems": 1}


def _one(words: list[str], default: str) -> Schema:
    return {"type": "string", "enum": words, "default": default}


NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
BOX: Schema = {"type": "array", "items": {"type": "number"}, "oneOf": [
    {"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6},
]}  # fmt: skip

QUESTION: dict[str, tuple[str, Schema]] = {
    "near": ("latitude,longitude: answers come by distance.", {**NUMBERS, "minItems": 2, "maxItems": 2}),
    "radius": ("Metres around `near`, above 0.", {"type": "number", "minimum": 0, "exclusiveMinimum": True}),
    "bbox": (
        "west,south,east,north: what touches it; west > east crosses the antimeridian. Heights, if any, are unread.",
        BOX,
    ),
    "bbox-crs": (
        "The system of `bbox`. A box in metres is read as the smallest in degrees that holds it.",
        _one(URIS, CRS84.uri),
    ),
    "area": ("Code of an area of the gazetteer (`/places`): what is in it or concerns it.", {"type": "string"}),
    "kind": ("One of these.", _some(list(Kind.values))),
    "theme": ("At least one of these.", _some(list(Theme.values))),
    "status": ("One of these.", _some(list(Status.values))),
    "precision": ("How well the place is known: one of these.", _some(list(Precision.values))),
    "remote": ("One of these.", _some(list(Remote.values))),
    "source": ("Short names of sources: one of these.", {"type": "array", "items": {"type": "string"}}),
    "when": (
        "What the item must touch: upcoming, today, weekend, all, a day, a moment, or a range; `..` is an open end.",
        {"type": "string", "example": "2026-11-28/2026-12-05"},
    ),
    "datetime": (
        "The same by its OGC name, without the words: an RFC 3339 date or moment, or a range of them.",
        {"type": "string", "example": "2026-11-28T00:00:00Z/.."},
    ),
    "q": ('Words, accents and case ignored; "a phrase", -not.', {"type": "string", "maxLength": TEXT_MAX}),
    "filter": (
        "A condition in CQL2 text over the properties of `/queryables`.",
        {"type": "string", "example": "kind = 'project' AND budget > 100000"},
    ),
    "filter-lang": ("The language of `filter`.", _one(["cql2-text"], "cql2-text")),
    "filter-crs": ("The system of the geometries in `filter`.", _one([CRS84.uri], CRS84.uri)),
    "duplicates": (
        "once: what several portals publish is there once; all: every record.",
        _one(["once", "all"], "once"),
    ),
    "sort": (
        "The order, ties by id: by default by distance from `near`, else by id.",
        {"type": "string", "enum": list(SORTS)},
    ),
}

LIMIT: Schema = {
    "name": "limit",
    "in": "query",
    "description": f"Items of a page; above {LIMIT_MAX} it is {LIMIT_MAX}.",
    "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
    "style": "form",
    "explode": False,
}
PAGES: dict[str, tuple[str, Schema]] = {
    "offset": ("Items to leave out; better follow the link `next`.", {"type": "integer", "minimum": 0,
                                                                    "maximum": OFFSET_MAX, "default": 0}),
    "properties": (
        "Of a page: brief (what lists show, a sixth of the bytes), or names of properties; by default all.",
        {"type": "array", "items": {"type": "string"}},
    ),
    "count": ("Whether `numberMatched` is told whatever it costs.", {"type": "boolean", "default": False}),
    "cursor": ("Where the link `next` goes on; not to be made by anybody else.", {"type": "string"}),
}  # fmt: skip
CRS = ("The system of the answer's coordinates, with its authority's axes.", _one(URIS, CRS84.uri))


def parameter(name: str, described: tuple[str, Schema]) -> Schema:
    """A parameter of the query string, as OpenAPI 3.0 describes it."""
    description, schema = described
    base = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return {**base, "style": "form", "explode": False}


def components() -> dict[str, Schema]:
    """Every parameter by its name; `limit` as QGIS looks for it."""
    every = {**QUESTION, **PAGES, "crs": CRS}
    return {"limit": LIMIT, **{name: parameter(name, described) for name, described in every.items()}}


def references(*names: str) -> list[Schema]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def question() -> list[Schema]:
    """The parameters of a question, in the order of the query language."""
    beside = [name for name in QUESTION if name not in PARAMETERS]
    return references(*[name for name in PARAMETERS if name in QUESTION], *beside)
