"""The GeoJSON API: collections of Activities, one Activity, the points of the map, places."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.crs import Crs
from portal.api.collections import kinds_of
from portal.api.crs import asked_crs, in_crs, tell_crs
from portal.api.documents import alternate_links, collection_link
from portal.api.features import FeatureSerializer
from portal.api.paging import Page
from portal.api.points import points_of
from portal.api.problems import Problem, api_view, refuse_others
from portal.exports import FORMATS
from portal.links import absolute
from portal.models import Activity, Tombstone
from portal.query import BadParameter, Query
from portal.results import Results
from portal.same.others import with_others
from portal.vocabularies import Kind

COUNTED_MAX = 100_000
"""Up to so many matches are counted exactly; above, `numberMatched` is left out."""

PAGING = ("limit", "offset", "cursor", "f", "crs")


@api_view
def items(request: HttpRequest, collection: str) -> HttpResponseBase:
    """The items of a collection that match, a page of GeoJSON or the whole in another format."""
    results = _results(request, collection, also=PAGING)
    page, crs = Page.strict(request.GET), asked_crs(request.GET)
    name = request.GET.get("f", "json")
    if name in FORMATS:
        return FORMATS[name].respond(results, collection)
    if name not in ("json", "geojson"):
        known = ", ".join(["json", "geojson", *FORMATS])
        detail = _("« f » ne connaît pas « %(name)s » ; connaît : %(known)s.")
        raise BadParameter("f", detail % {"name": name[:60], "known": known})
    return _geojson(_page(request, collection, results, page), crs)


@api_view
def item(request: HttpRequest, collection: str, public_id: UUID) -> HttpResponse:
    """One item as a GeoJSON Feature; 404 when there is none, 410 when its source withdrew it."""
    refuse_others(request.GET, ("crs", "f"))
    kinds = kinds_of(collection) or tuple(Kind)
    known = with_others(Activity.objects.select_related("area"))
    activity = known.filter(public_id=public_id, kind__in=kinds).first()
    if activity is None:
        raise _absent(public_id, kinds)
    if activity.withdrawn:
        detail = _("« %(title)s » a été retiré par %(source)s le %(date)s.")
        words = {"title": activity.title, "source": activity.source.title, "date": f"{activity.withdrawn:%Y-%m-%d}"}
        raise Problem(HTTPStatus.GONE, detail % words)
    here = reverse("api:item", args=[collection, public_id])
    feature = FeatureSerializer(activity).data
    links = [_link("self", here), collection_link(collection)]
    return _geojson({**feature, "links": links}, asked_crs(request.GET))


def _absent(public_id: UUID, kinds: tuple[Kind, ...]) -> Problem:
    """Gone, when a tombstone says so; else never known."""
    stone = Tombstone.objects.select_related("source").filter(public_id=public_id, kind__in=kinds).first()
    if stone is None:
        return Problem(HTTPStatus.NOT_FOUND, _("Cette collection n’a rien sous cet identifiant."))
    if stone.reason == Tombstone.Reason.ERASED:
        return Problem(HTTPStatus.GONE, _("Cette fiche a été effacée à la demande d’une personne."))
    return Problem(HTTPStatus.GONE, _("« %(source)s » ne donne plus cette fiche.") % {"source": stone.source.title})


@api_view
def points(request: HttpRequest, collection: str) -> HttpResponse:
    """All that the map draws of a question, in columns."""
    return JsonResponse(points_of(_results(request, collection)))


@api_view
def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API."""
    raise Problem(HTTPStatus.NOT_FOUND, _("L’API n’a rien à cette adresse."))


def _results(request: HttpRequest, collection: str, also: tuple[str, ...] = ()) -> Results:
    query = Query.strict(request.GET, also)
    return Results(query, within=kinds_of(collection))


def _page(request: HttpRequest, collection: str, results: Results, page: Page) -> dict[str, Any]:
    shown, cursor = page.of(results.items, by_distance=results.query.near is not None)
    matched = results.placed.order_by()[: COUNTED_MAX + 1].count()
    here = reverse("api:items", args=[collection])
    asked = request.GET.urlencode(safe=",/:")
    links = [_link("self", f"{here}?{asked}" if asked else here), collection_link(collection)]
    links += alternate_links(here, request.GET)
    if cursor:
        following = request.GET.copy()
        following.pop("offset", None)
        following["cursor"] = cursor
        links.append(_link("next", f"{here}?{following.urlencode(safe=',/:')}"))
    return {
        "type": "FeatureCollection",
        **({"numberMatched": matched} if matched <= COUNTED_MAX else {}),
        "numberReturned": len(shown),
        "timeStamp": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        "links": links,
        "features": FeatureSerializer(shown, many=True).data["features"],
    }


def _link(rel: str, path: str) -> dict[str, str]:
    return {"rel": rel, "type": "application/geo+json", "href": absolute(path)}


def _geojson(content: dict[str, Any], crs: Crs) -> HttpResponse:
    content = in_crs(content, crs)
    response = JsonResponse(content, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})
    return tell_crs(response, crs)
