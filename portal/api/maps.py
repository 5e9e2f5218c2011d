"""What a map asks for beside items: clusters of a view, tiles, facets, every point in columns."""

from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.api.caching import versioned
from portal.api.collections import results_of
from portal.api.paging import whole
from portal.api.points import DECIMALS
from portal.api.problems import Problem, api_view
from portal.query import BadParameter
from portal.read import clusters, columns, facets, tiles

MVT = "application/vnd.mapbox-vector-tile"
ZOOM_MAX = 22


@api_view
@versioned
def clusters_of(request: HttpRequest, collection: str) -> HttpResponse:
    """The clusters of `bbox` at `zoom`; without a box, of the world. Their sum is the count of located items there."""
    results = results_of(request, collection, also=("zoom",))
    zoom = min(whole("zoom", request.GET, 6, least=0), clusters.ZOOM_MAX)
    found = [one | _rounded(one) for one in clusters.in_box(results.where, zoom)]
    return _json({"zoom": zoom, "located": sum(one["n"] for one in found), "clusters": found})


def _rounded(cluster: dict[str, Any]) -> dict[str, float]:
    """The places of points have as many decimals; the others are half of the answer."""
    return {edge: round(cluster[edge], DECIMALS) for edge in ("lon", "lat")}


@api_view
@versioned
def facets_of(request: HttpRequest, collection: str) -> HttpResponse:
    """How many items each value of `kind`, `theme` and `status` would give, its own filter set aside."""
    return _json(facets.facets(results_of(request, collection).where))


@api_view
@versioned
def columns_of(request: HttpRequest, collection: str) -> HttpResponse:
    """Every located item of a question in columns, for maps that hold all of it; at most 50,000."""
    results = results_of(request, collection, also=("of",))
    of = request.GET.get("of", "places")
    if of not in columns.SETS:
        detail = _("« of » ne connaît pas « %(name)s » ; connaît : %(known)s.")
        raise BadParameter("of", detail % {"name": of[:60], "known": ", ".join(columns.SETS)})
    found = columns.columns(results.where, of)
    if found is None:
        detail = _("Plus de %s points : demandez des groupes ou des tuiles.")
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail % columns.MOST)
    return _json(found)


@api_view
@versioned
def tile(request: HttpRequest, collection: str, z: str, x: str, y: str, form: str) -> HttpResponse:
    """A tile of WebMercatorQuad: clusters up to zoom 13, the items themselves from 14 on."""
    results, place = results_of(request, collection), (int(z), int(x), int(y))
    if results.query.bounded:
        raise BadParameter("bbox", _("Une tuile est déjà une zone : ni « bbox », ni « radius »."))
    if place[0] > ZOOM_MAX or max(place[1:]) >= 1 << place[0]:
        raise Problem(HTTPStatus.NOT_FOUND, _("Il n’y a pas de tuile %s.") % f"{z}/{x}/{y}")
    if form == "mvt":
        return HttpResponse(tiles.mvt(results.where, *place), content_type=MVT)
    return _json(tiles.features(results.where, *place), "application/geo+json")


def _json(content: Any, media_type: str = "application/json") -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type=media_type)
