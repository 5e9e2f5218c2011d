"""Answers in another coordinate system than longitude-latitude (OGC API - Features, part 2)."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from geo.crs import CRS84, Crs, transformed
from portal.query import BadParameter, crs_of


def asked_crs(data: QueryDict) -> Crs:
    """The system of `crs=`; other formats than GeoJSON have their own. Raises BadParameter."""
    if "crs" in data and data.get("f", "json") not in ("json", "geojson"):
        raise BadParameter("crs", _("« crs » ne vaut que pour GeoJSON : les autres formats ont leur propre système."))
    return crs_of("crs", data)


def in_crs(document: dict[str, Any], crs: Crs) -> dict[str, Any]:
    """A Feature or a FeatureCollection with its geometries in that system."""
    if crs == CRS84:
        return document
    if "features" not in document:
        return {**document, "geometry": transformed([document["geometry"]], crs)[0]}
    features = document["features"]
    geometries = transformed([feature["geometry"] for feature in features], crs)
    pairs = zip(features, geometries, strict=True)
    return {**document, "features": [{**feature, "geometry": geometry} for feature, geometry in pairs]}


def tell_crs(response: HttpResponse, crs: Crs) -> HttpResponse:
    """Says which system it is: by GeoJSON alone nobody could tell."""
    response["Content-Crs"] = f"<{crs.uri}>"
    return response
