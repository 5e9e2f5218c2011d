"""The gazetteer: names to choose from while typing, and names to write on the map."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from geo.parse import BadCoordinate, parse_bbox
from geo.places import Found, names_in
from geo.places import search as search_places
from portal.api.paging import whole
from portal.api.problems import api_view, refuse_others
from portal.query import TEXT_MAX, BadParameter
from portal.read.around import content

FOUND_DEFAULT, FOUND_MAX = 8, 50
ZOOM_MAX = 24
POSTCODES_SHOWN = 3
# Names change with the gazetteer only; a browser need not ask twice in a walk across the map.
CACHED = "public, max-age=3600"


@api_view
def search(request: HttpRequest) -> HttpResponse:
    """Places whose name or postcode begins with `q`, the likeliest first."""
    refuse_others(request.GET, ("q", "limit"))
    text = request.GET.get("q", "")
    if len(text) > TEXT_MAX or "\x00" in text:
        raise BadParameter("q", _("« q » demande le début d’un nom, de %s caractères au plus.") % TEXT_MAX)
    limit = min(whole("limit", request.GET, FOUND_DEFAULT, least=1), FOUND_MAX)
    response = JsonResponse({"places": [_place(found) for found in search_places(text, limit, content=content)]})
    response["Cache-Control"] = CACHED
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@api_view
def names(request: HttpRequest) -> HttpResponse:
    """Names to write on a map of that `bbox` and `zoom`, the most populous first."""
    refuse_others(request.GET, ("bbox", "zoom"))
    try:
        box = parse_bbox(request.GET.get("bbox", ""))
    except BadCoordinate as error:
        raise BadParameter("bbox", f"bbox : {error}") from None
    zoom = min(whole("zoom", request.GET, 6, least=0), ZOOM_MAX)
    response = JsonResponse({"names": [asdict(label) for label in names_in(box, zoom)]})
    response["Cache-Control"] = CACHED
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _place(found: Found) -> dict[str, object]:
    area = found.area
    return {
        "code": area.code,
        "name": found.name,
        "matched": found.matched,
        "level": area.level,
        "context": found.context,
        "lat": round(area.centre.y, 5),
        "lon": round(area.centre.x, 5),
        "population": area.population,
        "postcodes": list(found.postcodes[:POSTCODES_SHOWN]),
    }
