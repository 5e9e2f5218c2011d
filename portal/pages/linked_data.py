"""The same facts as schema.org describes them, for search engines (JSON-LD)."""

import json
from typing import Any

import shapely
from shapely.geometry import shape

from portal.api.features import PropertiesSerializer
from portal.models import Activity
from portal.pages.facts import safe_url
from portal.vocabularies import AREAL, PLACELESS, Kind, Precision, Remote

CONTEXT = "https://schema.org"
TYPES = {Kind.MISSION: "Event", Kind.PROJECT: "Project", Kind.INITIATIVE: "Organization"}


def linked_data(activity: Activity) -> str:
    """JSON-LD text for the page of an Activity. The shape of its area is left out: it would not be told."""
    own = json.loads(activity.geometry.geojson) if activity.geometry else None
    feature = {"properties": PropertiesSerializer(activity).data, "geometry": own}
    return json.dumps({"@context": CONTEXT, **thing(feature)}, ensure_ascii=False)


def thing(feature: dict[str, Any]) -> dict[str, Any]:
    """The Feature (`portal.api.features`) as a thing of schema.org.

    What is of the record and not of the thing (its licence, its language) is said of its page.
    """
    told = feature["properties"]
    kind = Kind(told["kind"])
    data: dict[str, Any] = {
        "@type": TYPES[kind],
        "@id": told["url"],
        "url": told["url"],
        "name": told["title"],
        "description": told["summary"] or told["description"][:500],
        "subjectOf": _page(told),
        **(_event(told) if kind == Kind.MISSION else {}),
        **(_money(told) if kind == Kind.PROJECT else {}),
        "location": _place(told, feature["geometry"]),
    }
    return {name: value for name, value in data.items() if value}


def _page(told: dict[str, Any]) -> dict[str, Any]:
    said = {"inLanguage": told["lang"], "license": safe_url(told["licence_url"]),
            "isBasedOn": safe_url(told["source_url"])}  # fmt: skip
    return {"@type": "WebPage", "url": told["url"], **{name: value for name, value in said.items() if value}}


def _event(told: dict[str, Any]) -> dict[str, Any]:
    online = told["remote"] == Remote.FULL or told["precision"] == Precision.REMOTE
    mode = "OnlineEventAttendanceMode" if online else "OfflineEventAttendanceMode"
    return {
        "startDate": told["starts"],
        "endDate": told["ends"],
        "eventAttendanceMode": f"{CONTEXT}/{mode}",
        "organizer": {"@type": "Organization", "name": told["organisation"]} if told["organisation"] else None,
    }


def _money(told: dict[str, Any]) -> dict[str, Any]:
    if told["budget"] is None:
        return {}
    return {"funding": {"@type": "MonetaryGrant", "amount": {
        "@type": "MonetaryAmount", "value": told["budget"], "currency": told["currency"]}}}  # fmt: skip


def _place(told: dict[str, Any], geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    if told["precision"] == Precision.REMOTE:
        return {"@type": "VirtualLocation", "url": safe_url(told["join_url"]) or told["url"]}
    if told["precision"] in PLACELESS:
        return None
    place: dict[str, Any] = {"@type": "Place", "address": told["address"] or told["area_name"]}
    if geometry and told["precision"] not in AREAL:
        lon, lat = _on_it(geometry)
        place["geo"] = {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    return place


def _on_it(geometry: dict[str, Any]) -> tuple[float, float]:
    """Longitude and latitude of a point of the geometry, in EPSG:4326."""
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"][:2]
        return lon, lat
    point = shapely.point_on_surface(shape(geometry))
    return point.x, point.y
