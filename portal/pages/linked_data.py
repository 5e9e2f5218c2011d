"""The same facts as schema.org describes them, for search engines (JSON-LD)."""

import json
from typing import Any

from portal.links import permanent_url
from portal.models import Activity
from portal.pages.facts import safe_url
from portal.pages.item import middle
from portal.vocabularies import Kind, Precision, Remote

TYPES = {Kind.MISSION: "Event", Kind.PROJECT: "Project", Kind.INITIATIVE: "Organization"}


def linked_data(activity: Activity) -> str:
    """JSON-LD text. What is of the record and not of the thing (its licence, its language) is said of its page."""
    kind = Kind(activity.kind)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES[kind],
        "@id": permanent_url(activity),
        "url": permanent_url(activity),
        "name": activity.title,
        "description": activity.summary or activity.description[:500],
        "subjectOf": _page(activity),
        **(_event(activity) if kind == Kind.MISSION else {}),
        **(_money(activity) if kind == Kind.PROJECT else {}),
        "location": _place(activity),
    }
    return json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)


def _page(activity: Activity) -> dict[str, Any]:
    said = {"inLanguage": activity.lang, "license": safe_url(activity.source.licence_url),
            "isBasedOn": safe_url(activity.source_url)}  # fmt: skip
    return {
        "@type": "WebPage",
        "url": permanent_url(activity),
        **{name: value for name, value in said.items() if value},
    }


def _event(activity: Activity) -> dict[str, Any]:
    online = activity.remote == Remote.FULL or activity.precision == Precision.REMOTE
    mode = "OnlineEventAttendanceMode" if online else "OfflineEventAttendanceMode"
    return {
        "startDate": activity.starts.isoformat() if activity.starts else None,
        "endDate": activity.ends.isoformat() if activity.ends else None,
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "organizer": {"@type": "Organization", "name": activity.organisation} if activity.organisation else None,
    }


def _money(activity: Activity) -> dict[str, Any]:
    if activity.budget is None:
        return {}
    return {"funding": {"@type": "MonetaryGrant", "amount": {
        "@type": "MonetaryAmount", "value": float(activity.budget), "currency": activity.currency}}}  # fmt: skip


def _place(activity: Activity) -> dict[str, Any] | None:
    if activity.precision == Precision.REMOTE:
        return {"@type": "VirtualLocation", "url": safe_url(activity.join_url) or permanent_url(activity)}
    point = middle(activity)
    if point is None:
        return None
    place: dict[str, Any] = {"@type": "Place", "address": activity.address or (activity.area and activity.area.name)}
    if activity.geometry is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lon}
    return place
