"""The GeoJSON API: collections of Activities, one Activity, the points of the map, places."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.api.features import FeatureSerializer
from portal.api.items import link, page_of_items
from portal.api.paging import Page
from portal.api.points import points_of
from portal.api.problems import Problem, api_view
from portal.exports import FORMATS
from portal.models import Activity, Tombstone
from portal.query import BadParameter, Query
from portal.results import Results
from portal.same.others import with_others
from portal.vocabularies import Kind

COLLECTIONS: Mapping[str, tuple[Kind, ...]] = {
    "all": (),
    "initiatives": (Kind.INITIATIVE,),
    "projects": (Kind.PROJECT,),
    "missions": (Kind.MISSION,),
}
PAGING = ("limit", "offset", "cursor", "count", "f")


@api_view
def items(request: HttpRequest, collection: str) -> HttpResponseBase:
    """The items of a collection that match, a page of GeoJSON or the whole in another format."""
    results = _results(request, collection, also=PAGING)
    page = Page.strict(request.GET, results.query.order)
    if request.GET.get("count", "true") not in ("true", "false"):
        raise BadParameter("count", _("« count » est « true » ou « false »."))
    name = request.GET.get("f", "json")
    if name in FORMATS:
        return FORMATS[name].respond(results, collection)
    if name not in ("json", "geojson"):
        known = ", ".join(["json", "geojson", *FORMATS])
        detail = _("« f » ne connaît pas « %(name)s » ; connaît : %(known)s.")
        raise BadParameter("f", detail % {"name": name[:60], "known": known})
    return page_of_items(request, collection, results, page)


@api_view
def item(request: HttpRequest, collection: str, public_id: UUID) -> HttpResponse:
    """One item as a GeoJSON Feature; 404 when there is none, 410 when its source withdrew it."""
    for name in request.GET:
        raise BadParameter(name, _("Le paramètre « %s » est inconnu ici.") % name[:60])
    kinds = _kinds(collection) or tuple(Kind)
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
    links = [link("self", here), link("collection", reverse("api:items", args=[collection]))]
    return _geojson({**feature, "links": links})


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
    return Results(query, within=_kinds(collection))


def _kinds(collection: str) -> tuple[Kind, ...]:
    if collection not in COLLECTIONS:
        detail = _("Il n’y a pas de collection « %(name)s » ; il y a : %(known)s.")
        raise Problem(HTTPStatus.NOT_FOUND, detail % {"name": collection[:60], "known": ", ".join(COLLECTIONS)})
    return COLLECTIONS[collection]


def _geojson(content: dict[str, Any]) -> HttpResponse:
    return JsonResponse(content, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})
