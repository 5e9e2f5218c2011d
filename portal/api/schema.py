"""What each published property means, as JSON Schema (2020-12): for clients, for the OpenAPI document, for filters."""

from typing import Any

from django.db.models import TextChoices

from geo.models import Level
from portal.api.properties import PROPERTIES
from portal.cql.columns import QUERYABLES
from portal.vocabularies import Kind, Precision, Remote, Rhythm, Status, Theme

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _word(description: str, words: type[TextChoices]) -> Schema:
    return _text(description, enum=list(words.values))


def _words(description: str, items: Schema | None = None) -> Schema:
    return {"type": "array", "description": description, "items": items or {"type": "string"}}


def _moment(description: str, **more: Any) -> Schema:
    return _text(description, format="date-time", **more)


def _link(description: str) -> Schema:
    return _text(description, format="uri-reference")


def _whole(description: str) -> Schema:
    return {"type": "integer", "description": description, "minimum": 0}


def _yes_or_no(description: str) -> Schema:
    return {"type": "boolean", "description": description}


ID = _text("The same for ever, and on every site that harvests the same record.", format="uuid")
ID["x-ogc-role"] = "id"
GEOMETRY: Schema = {
    "description": "The item's own place, else the shape of its area; none when it is remote or its place unknown.",
    "format": "geometry-any",
    "x-ogc-role": "primary-geometry",
}
ALSO_PUBLISHED = {name: {"type": "string"} for name in ("source", "source_title", "url", "source_url", "licence")}

FIELDS: dict[str, Schema] = {
    "kind": _word("What it is.", Kind),
    "title": _text("Its title, in the language of its source."),
    "summary": _text("A sentence or two."),
    "description": _text("Plain text; blank lines separate paragraphs."),
    "lang": _text("Language of its texts (ISO 639-1)."),
    "themes": _words("Themes, in our words.", {"type": "string", "enum": list(Theme.values)}),
    "themes_source": _words("Themes, in the source's own words."),
    "organisation": _text("Who does it."),
    "organisation_id": _text("Its number in a register, as the source gives it."),
    "image": _link("A picture."),
    "website": _link("A page about it."),
    "join_url": _link("Where one signs up."),
    "precision": _word("How well its place is known.", Precision),
    "address": _text("As the source writes it."),
    "postal_code": _text("Postal code."),
    "area_code": _text("Code of the commune or district that it concerns."),
    "area_name": _text("Name of that area."),
    "area_level": _word("Level of that area.", Level),
    "starts": _moment("When it begins.", **{"x-ogc-role": "primary-interval-start"}),
    "ends": _moment("When it ends; without an end it goes on.", **{"x-ogc-role": "primary-interval-end"}),
    "deadline": _moment("Last moment to take part."),
    "opening_hours": _text("Opening hours, in OpenStreetMap's syntax."),
    "status": _word("What has become of it; unknown where the source says nothing.", Status),
    "status_source": _text("The source's own word for its status."),
    "edition": _whole("Year of the participatory budget."),
    "budget": {"type": "number", "description": "Amount, in `currency`.", "minimum": 0},
    "currency": _text("ISO 4217."),
    "votes": _whole("Votes that it got."),
    "stages": _words("Its stages in the order of a project's life.", {"type": "object"}),
    "parent_record_id": _text("The idea or project that it belongs to, by its id at the source."),
    "places": _whole("Volunteers looked for; none when not known."),
    "rhythm": _text("How often.", enum=["", *Rhythm.values]),
    "schedule": _text("When, in the source's own words."),
    "remote": _word("Whether it can be done from elsewhere.", Remote),
    "open_to_minors": _yes_or_no("Whether minors may take part; none when not known."),
    "reduced_mobility": _yes_or_no("Whether people with reduced mobility may take part; none when not known."),
    "skills": _words("Skills asked for."),
    "data_date": _text("The datum's own date.", format="date"),
    "source_modified": _moment("When its source changed it."),
    "first_seen": _moment("When we first saw it."),
    "last_seen": _moment("When its source was last known to list it."),
    "changed": _moment("When what we publish of it last changed."),
    "source": _text("Short name of its source here."),
    "source_title": _text("Title of its source."),
    "publisher": _text("Who publishes its source."),
    "source_record_id": _text("Its id at its source."),
    "source_url": _link("Its page at its source, else the dataset's."),
    "licence": _text("Licence, as its publisher states it."),
    "licence_url": _text("Text of that licence."),
    "url": _link("Its page here."),
    "via": _words("Its pages on sites like this one that it came through."),
    "also_published_by": _words(
        "Other sources that publish the same thing.", {"type": "object", "properties": ALSO_PUBLISHED}
    ),
}
DISTANCE: Schema = {"type": "number", "description": "Metres from `near`, only where that was asked.", "minimum": 0}


def feature_properties() -> Schema:
    """The properties of a Feature, in the order in which they are given. What is not known is null or empty."""
    return {**{name: FIELDS[name] for name in PROPERTIES}, "distance_m": DISTANCE}


def schema(address: str, title: str) -> Schema:
    """What the items of a collection are made of."""
    return _document(address, title, {"id": ID, "geometry": GEOMETRY, **feature_properties()})


def queryables(address: str, title: str) -> Schema:
    """What `filter` may name."""
    own = {"id": ID, "geometry": GEOMETRY, **FIELDS}
    return _document(address, title, {name: own[name] for name in QUERYABLES}) | {"additionalProperties": False}


def _document(address: str, title: str, properties: Schema) -> Schema:
    return {"$schema": DIALECT, "$id": address, "type": "object", "title": title, "properties": properties}
