"""iCalendar (RFC 5545) of what has a beginning: others cannot stand in a calendar. All times are in UTC."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from portal.exports.answer import Answer, Feature
from portal.exports.columns import clean, moment
from portal.exports.streams import gathered

MEDIA_TYPE = "text/calendar; charset=utf-8"
SUFFIX = ".ics"
END = b"END:VCALENDAR\r\n"
FRESH = timedelta(days=1)
"""How often a calendar may be asked for anew."""
SHOWN = 500
"""Characters of a description: the whole is at the event's address."""
STATUSES = {
    "CANCELLED": ("rejected", "not_selected", "abandoned"),
    "TENTATIVE": ("submitted", "eligible", "on_ballot"),
    "CONFIRMED": (
        "selected", "not_started", "studies", "procurement", "works", "delivered", "closed", "open", "full", "past",
        "active",
    ),
}  # fmt: skip
STATUS_OF = {status: word for word, statuses in STATUSES.items() for status in statuses}
# Every reader ends a line at these, whatever RFC 5545 says.
BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(_parts(answer))


def _parts(answer: Answer) -> Iterator[bytes]:
    yield _calendar(answer).to_ical().removesuffix(END)
    host = urlsplit(settings.SITE_URL).hostname
    for feature in answer.features():
        if feature["properties"]["starts"]:
            yield _event(feature, f"{feature['id']}@{host}").to_ical()
    yield END


def _calendar(answer: Answer) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Parages//Parages//FR")
    calendar.add("version", "2.0")
    calendar.add("name", _text(answer.title))
    calendar.add("x-wr-calname", _text(answer.title))
    calendar.add("description", _text("\n".join(credit.line for credit in answer.credits)))
    calendar.add("url", answer.url)
    calendar.add("last-modified", answer.changed)
    calendar.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    return calendar


def _event(feature: Feature, uid: str) -> Event:
    properties = feature["properties"]
    event = Event()
    event.add("uid", uid)
    # Without METHOD the stamp is the last revision: the same data give the same file.
    event.add("dtstamp", moment(properties["changed"]))
    event.add("last-modified", moment(properties["changed"]))
    event.add("created", moment(properties["first_seen"]))
    _add_times(event, properties)
    event.add("summary", _text(properties["title"]))
    event.add("description", _text(_description(properties)))
    event.add("url", _text(properties["url"]))
    _add_place(event, feature)
    if properties["themes"]:
        event.add("categories", [_text(theme) for theme in properties["themes"]])
    if properties["status"] in STATUS_OF:
        event.add("status", STATUS_OF[properties["status"]])
    return event


def _add_times(event: Event, properties: dict[str, Any]) -> None:
    starts = moment(properties["starts"])
    event.add("dtstart", starts)
    if properties["ends"] and moment(properties["ends"]) > starts:  # an end must be later than its beginning
        event.add("dtend", moment(properties["ends"]))


def _add_place(event: Event, feature: Feature) -> None:
    where = feature["properties"]["address"] or feature["properties"]["area_name"]
    if where:
        event.add("location", _text(where))
    geometry = feature["geometry"]
    if geometry and geometry["type"] == "Point" and geometry["coordinates"]:
        lon, lat = geometry["coordinates"][:2]
        event.add("geo", (lat, lon))


def _description(properties: dict[str, Any]) -> str:
    credit = f"{properties['publisher']}: {properties['source_title']}. {properties['licence']}"
    what = properties["summary"] or properties["description"][:SHOWN]
    texts = (what, properties["join_url"], credit)
    return "\n\n".join(filter(None, texts))


def _text(text: str) -> str:
    return clean(BREAKS.sub("\n", text))
