"""A page of items as a GeoJSON FeatureCollection, put together from the ready texts of its features."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.crs import CRS84, Crs
from portal.api.crs import asked_crs, in_crs, tell_crs
from portal.api.documents import alternate_links, collection_link
from portal.api.paging import Page, encoded
from portal.api.properties import BRIEF, PROPERTIES
from portal.links import absolute
from portal.query import BadParameter
from portal.read.order import is_small, parts
from portal.read.render import BRIEFS, FEATURES, joined
from portal.results import Results

GEOJSON = "application/geo+json"


@dataclass(frozen=True)
class Form:
    """How items are written: in which system, with which properties (none said: all)."""

    crs: Crs = CRS84
    properties: tuple[str, ...] = ()

    @classmethod
    def strict(cls, data: QueryDict) -> "Form":
        """Raises BadParameter."""
        return cls(asked_crs(data), _properties(data))

    def write(self, content: bytes) -> bytes:
        """The FeatureCollection in this form, where the ready texts are not in it already."""
        if self.crs == CRS84 and self.properties in ((), BRIEF):
            return content
        document = in_crs(orjson.loads(content), self.crs)
        if self.properties not in ((), BRIEF):
            for feature in document["features"]:
                told = feature["properties"]
                feature["properties"] = {name: told[name] for name in self.properties if name in told}
        return orjson.dumps(document)


def _properties(data: QueryDict) -> tuple[str, ...]:
    """`brief`, or names with commas or repetition; the order is ours."""
    words = [part.strip() for value in data.getlist("properties") for part in value.split(",")]
    if words == ["brief"]:
        return BRIEF
    for word in words:
        if word not in (*PROPERTIES, "distance_m"):
            detail = _("« properties » ne connaît pas « %s » ; connaît : brief, ou les noms de /schema.")
            raise BadParameter("properties", detail % word[:60])
    return tuple(name for name in (*PROPERTIES, "distance_m") if name in words)


def page_of_items(request: HttpRequest, collection: str, results: Results, page: Page, form: Form) -> HttpResponse:
    """In the system of `form`, as a header says.

    `numberMatched` is there where it costs little, or when `count=true` asks for it.
    """
    found = parts(results.where, page.ask, BRIEFS if form.properties == BRIEF else FEATURES)
    after = next((part.last for part in reversed(found) if part.last), None)
    rows = sum(part.rows for part in found)
    more = rows > page.limit
    head: dict[str, Any] = {"type": "FeatureCollection"}
    matched = _matched(request, results, page, None if more else rows)
    if matched is not None:
        head["numberMatched"] = matched
    head |= {"numberReturned": min(rows, page.limit), "timeStamp": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"}
    here = reverse("api:items", args=[collection])
    cursor = encoded(after, results.query.order) if more and after else None
    head["links"] = [
        *links(request, here, cursor),
        collection_link(collection),
        *alternate_links(here, request.GET),
    ]
    texts = [text for part in found for text in part.content]
    content = form.write(joined(texts, b'%s,"features":[' % orjson.dumps(head)[:-1], b"]}"))
    return tell_crs(HttpResponse(content, content_type=GEOJSON), form.crs)


def links(request: HttpRequest, here: str, cursor: str | None) -> list[dict[str, str]]:
    asked = request.GET.urlencode(safe=",/:")
    found = [link("self", f"{here}?{asked}" if asked else here)]
    if cursor:
        following = request.GET.copy()
        following.pop("offset", None)
        following["cursor"] = cursor
        found.append(link("next", f"{here}?{following.urlencode(safe=',/:')}"))
    return found


def link(rel: str, path: str, media_type: str = GEOJSON) -> dict[str, str]:
    return {"rel": rel, "type": media_type, "href": absolute(path)}


def _matched(request: HttpRequest, results: Results, page: Page, last_page: int | None) -> int | None:
    """All that match: on the first page, as many as came where it is the last one, else counted where that is quick;
    on any page on demand."""
    if request.GET.get("count") == "true":
        return results.matched
    if page.after is not None:
        return None
    if last_page is not None and (last_page or not page.offset):
        return page.offset + last_page
    if results.query.order != "distance" and is_small(results.where):
        return results.matched
    return results.total
