"""The GeoJSON API: collections of Activities, one Activity, the points of the map, places."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.crs import Crs
from portal.api.caching import versioned
from portal.api.collections import kinds_of, results_of
from portal.api.crs import asked_crs, in_crs, tell_crs
from portal.api.documents import collection_link
from portal.api.features import FeatureSerializer
from portal.api.items import GEOJSON, Form, link, page_of_items
from portal.api.paging import Page
from portal.api.points import points_of
from portal.api.problems import Problem, api_view, refuse_others
from portal.exports import FORMATS
from portal.exports.download import download
from portal.links import absolute
from portal.models import Activity, Tombstone
from portal.query import BadParameter
from portal.same.others import with_others
from portal.vocabularies import Kind

PAGING = ("limit", "offset", "cursor", "count", "f", "crs", "properties")


@api_view
@versioned
def items(request: HttpRequest, collection: str, suffix: str = "") -> HttpResponseBase:
    """The items of a collection that match, a page of GeoJSON or the whole in another format, by `f` or by suffix."""
    results = results_of(request, collection, also=PAGING)
    page, form = Page.strict(request.GET, results.query.order), Form.strict(request.GET)
    if request.GET.get("count", "true") not in ("true", "false"):
        raise BadParameter("count", _("« count » est « true » ou « false »."))
    name = request.GET.get("f", suffix or "json")
    if name in FORMATS:
        return download(name, results, collection, absolute(request.get_full_path()))
    if name not in ("json", "geojson"):
        known = ", ".join(["json", "geojson", *FORMATS])
        detail = _("« f » ne connaît pas « %(name)s » ; connaît : %(known)s.")
        raise BadParameter("f", detail % {"name": name[:60], "known": known})
    return page_of_items(request, collection, results, page, form)


@api_view
@versioned
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
    links = [link("self", here), collection_link(collection)]
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
@versioned
def points(request: HttpRequest, collection: str) -> HttpResponse:
    """All that the map draws of a question, in columns."""
    return JsonResponse(points_of(results_of(request, collection)))


@api_view
def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API."""
    raise Problem(HTTPStatus.NOT_FOUND, _("L’API n’a rien à cette adresse."))


def _geojson(content: dict[str, Any], crs: Crs) -> HttpResponse:
    return tell_crs(HttpResponse(orjson.dumps(in_crs(content, crs)), content_type=GEOJSON), crs)
