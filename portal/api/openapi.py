"""The OpenAPI document of the API, in version 3.0.3: what GDAL and OGC's tests read. In English, like the standards.

Paths are relative to the API's root. GDAL reads `limit` from the path of each collection, QGIS from the components.
"""

from typing import Any

from django.conf import settings

from portal.api.collections import COLLECTIONS
from portal.api.parameters import LIMIT, components, parameter, question, references
from portal.api.places import FOUND_DEFAULT, FOUND_MAX, ZOOM_MAX
from portal.api.schema import GEOMETRY, feature_properties
from portal.exports import FORMATS
from portal.links import absolute
from portal.query import TEXT_MAX
from portal.read import columns

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
MVT = "application/vnd.mapbox-vector-tile"
Schema = dict[str, Any]

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457: one sentence in `detail`, and the parameter that was not understood.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "parameter": {"type": "string"},
    },
}
LINK: Schema = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")},
}
LINKS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}


def document() -> Schema:
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Parages",
            "version": "1",
            "description": "Civic initiatives, city projects and volunteer missions near you, as open data.",
            "contact": {"url": settings.CONTACT},
        },
        "servers": [{"url": absolute("/api")}],
        "tags": [{"name": name} for name in ("Capabilities", "Data", "Map", "Places")],
        "paths": {**_capabilities(), **_of_collections(), **_places()},
        "components": {"parameters": components(), "schemas": _schemas(), "responses": _responses()},
    }


def _operation(name: str, summary: str, tag: str, answer: Schema, parameters: list[Schema] | None = None) -> Schema:
    errors = {"400": {"$ref": "#/components/responses/BadRequest"}, "404": {"$ref": "#/components/responses/NotFound"}}
    get = {"operationId": name, "summary": summary, "tags": [tag], "responses": {"200": answer, **errors}}
    return {"get": {**get, "parameters": parameters or []}}


def _answer(description: str, schema: Schema, media_type: str = "application/json") -> Schema:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _referred(description: str, name: str, media_type: str = "application/json") -> Schema:
    return _answer(description, {"$ref": f"#/components/schemas/{name}"}, media_type)


def _capabilities() -> Schema:
    linked = _referred("Links.", "Linked")
    return {
        "/": _operation("getLandingPage", "The landing page.", "Capabilities", linked),
        "/conformance": _operation(
            "getConformance", "What of the standards is kept.", "Capabilities", _referred("Classes.", "Conformance")
        ),
        "/openapi.json": _operation(
            "getOpenAPI", "This document.", "Capabilities", _answer("OpenAPI 3.0.", {"type": "object"}, MEDIA_TYPE)
        ),
        "/collections": _operation("getCollections", "The collections.", "Capabilities", linked),
    }


def _of_collections() -> Schema:
    """One path for each: clients look for the path of the collection that they read."""
    return {path: answer for name in COLLECTIONS for path, answer in _of_collection(name).items()}


def _of_collection(name: str) -> Schema:
    root, word = f"/collections/{name}", name.capitalize()
    json_schema = _answer("JSON Schema.", {"type": "object"}, "application/schema+json")
    return {
        root: _operation(f"get{word}", "The collection.", "Capabilities", _referred("It.", "Collection")),
        f"{root}/queryables": _operation(f"get{word}Queryables", "What filter may name.", "Capabilities", json_schema),
        f"{root}/schema": _operation(f"get{word}Schema", "What items are made of.", "Capabilities", json_schema),
        f"{root}/items": _operation(f"get{word}Items", "Items that match.", "Data", _items(), _items_parameters()),
        f"{root}/items/{{featureId}}": _item(f"get{word}Item"),
        **_of_maps(root, word),
    }


def _of_maps(root: str, word: str) -> Schema:
    told = _answer("JSON.", {"type": "object"})
    zoom = parameter("zoom", ("As maps count it.", {"type": "integer", "minimum": 0, "default": 6}))
    of = parameter("of", ("Which columns.", {"type": "string", "enum": list(columns.SETS), "default": "places"}))
    tile = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}} for name in "zxy"
    ]
    return {
        f"{root}/points": _operation(
            f"get{word}Points", "All that a map draws.", "Map", _referred("Columns.", "Points"), question()
        ),
        f"{root}/clusters": _operation(
            f"get{word}Clusters", "How many stand where.", "Map", told, [*question(), zoom]
        ),
        f"{root}/facets": _operation(f"get{word}Facets", "How many of each value.", "Map", told, question()),
        f"{root}/columns": _operation(f"get{word}Columns", "Every point, small.", "Map", told, [*question(), of]),
        f"{root}/tiles/{{z}}/{{x}}/{{y}}.mvt": _operation(
            f"get{word}Tile", "A vector tile.", "Map", _answer("MVT.", {"type": "string", "format": "binary"}, MVT),
            [*tile, *question()],
        ),
    }  # fmt: skip


def _items_parameters() -> list[Schema]:
    formats = ["json", "geojson", *FORMATS]
    form = ("The form of the answer: a page of GeoJSON, or the whole.", {"type": "string", "enum": formats})
    # Written out, not referred to: GDAL looks for it here.
    return [LIMIT, *question(), *references("offset", "cursor", "count", "properties", "crs"), parameter("f", form)]


def _items() -> Schema:
    return {**_referred("A page of features.", "FeatureCollection", GEOJSON), "headers": CRS_HEADER}


def _item(name: str) -> Schema:
    answer = {**_referred("The feature.", "Feature", GEOJSON), "headers": CRS_HEADER}
    key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    operation = _operation(name, "One item.", "Data", answer, [key, *references("crs")])
    operation["get"]["responses"]["410"] = {"$ref": "#/components/responses/Gone"}
    return operation


CRS_HEADER = {"Content-Crs": {"description": "The system, in angle brackets.", "schema": {"type": "string"}}}


def _places() -> Schema:
    beginning = ("The beginning of a name or of a postcode.", {"type": "string", "maxLength": TEXT_MAX})
    few = {"type": "integer", "minimum": 1, "maximum": FOUND_MAX, "default": FOUND_DEFAULT}
    zoom = {"type": "integer", "minimum": 0, "maximum": ZOOM_MAX, "default": 6}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    searched = [parameter("q", beginning), parameter("limit", ("Places at most.", few))]
    seen = [parameter("bbox", ("west,south,east,north.", box)), parameter("zoom", ("As maps count it.", zoom))]
    return {
        "/places": _operation("getPlaces", "Places by name.", "Places", _referred("Places.", "Places"), searched),
        "/places/names": _operation("getNames", "Names for a map.", "Places", _referred("Names.", "Names"), seen),
    }


def _schemas() -> Schema:
    linked = {"type": "object", "required": ["links"], "properties": {"links": LINKS}}
    return {
        "Problem": PROBLEM,
        "Link": LINK,
        "Linked": linked,
        "Conformance": _object(conformsTo=_list({"type": "string"})),
        "Collection": _object(id={"type": "string"}, title={"type": "string"}, links=LINKS),
        "Feature": _feature(),
        "FeatureCollection": _object(
            type={"type": "string", "enum": ["FeatureCollection"]},
            features=_list({"$ref": "#/components/schemas/Feature"}),
            links=LINKS,
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
        ),
        "Points": _object(points={"type": "object"}, areas=_list({"type": "object"})),
        "Places": _object(places=_list({"type": "object"})),
        "Names": _object(names=_list({"type": "object"})),
    }


def _feature() -> Schema:
    """Any property may be null: what is not known is said so."""
    known = {name: {**_plain(field), "nullable": True} for name, field in feature_properties().items()}
    geometry = {"type": "object", "nullable": True, "description": GEOMETRY["description"]}
    return _object(
        type={"type": "string", "enum": ["Feature"]},
        id={"type": "string", "format": "uuid"},
        geometry=geometry,
        properties={"type": "object", "properties": known},
    )


def _plain(field: Schema) -> Schema:
    return {name: value for name, value in field.items() if not name.startswith("x-") and name != "enum"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _responses() -> Schema:
    told = {"BadRequest": "A parameter was not understood.", "NotFound": "There is nothing here.",
            "Gone": "Its source withdrew it, or it was erased."}  # fmt: skip
    return {name: _referred(words, "Problem", "application/problem+json") for name, words in told.items()}
