"""Atom (RFC 4287) with GeoRSS points: the records that changed last, newest first.

A feed is no dump: it holds at most 500, and says of how many. Each entry names its source and licence.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from portal.exports.answer import Answer, Feature
from portal.exports.columns import clean, moment
from portal.exports.markup import as_html, told_of
from portal.exports.streams import gathered
from portal.links import absolute

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
SUFFIX = ".atom"
MOST = 500
GEORSS = "http://www.georss.org/georss"


class Outlet:
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.waiting.append(data)


class Feed(Atom1Feed):
    def root_attributes(self) -> dict[Any, Any]:
        return {**super().root_attributes(), "xmlns:georss": GEORSS}

    def latest_post_date(self) -> datetime:
        """An empty feed is as old as the data, not made now."""
        changed: datetime = self.feed["changed"]
        return max((item["updateddate"] for item in self.items), default=changed)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["point"]:
            handler.addQuickElement("georss:point", item["point"])


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(_parts(answer))


def _parts(answer: Answer) -> Iterator[bytes]:
    total = sum(credit.records for credit in answer.credits)
    feed = Feed(
        title=clean(answer.title),
        link=absolute("/"),
        description="",
        subtitle=f"{total}" if total <= MOST else f"{MOST} / {total} (latest changes; whole: f=csv, f=ndjson)",
        feed_url=answer.url,
        feed_guid=answer.url,
        author_name="Parages",
        feed_copyright=clean("\n".join(credit.line for credit in answer.credits)),
        changed=answer.changed,
    )
    for feature in answer.newest(MOST):
        _add(feed, feature)
    outlet = Outlet()
    feed.write(outlet, "utf-8")
    yield from outlet.waiting


def _changed(feature: Feature) -> datetime:
    return moment(feature["properties"]["changed"])


def _add(feed: Feed, feature: Feature) -> None:
    properties = feature["properties"]
    feed.add_item(
        clean(properties["title"]),
        clean(properties["url"]),
        as_html(told_of(properties)),
        unique_id=f"urn:uuid:{feature['id']}",
        author_name=clean(properties["publisher"]),
        categories=[clean(word) for word in (properties["kind"], *properties["themes"])],
        item_copyright=clean(f"{properties['licence']} {properties['licence_url']}".strip()),
        pubdate=moment(properties["first_seen"]),
        updateddate=_changed(feature),
        point=_point(feature["geometry"]),
    )


def _point(geometry: dict[str, Any] | None) -> str:
    """GeoRSS has latitude first. What is not at one point has none."""
    if not geometry or geometry["type"] != "Point" or not geometry["coordinates"]:
        return ""
    lon, lat = geometry["coordinates"][:2]
    return f"{lat} {lon}"
