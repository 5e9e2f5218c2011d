"""What tells clients what there is: landing page, conformance, collections, schemas (OGC API - Features)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from geo.crs import CRS84, KNOWN
from portal.api import openapi
from portal.api.collections import COLLECTIONS, DESCRIPTIONS, TITLES, kinds_of
from portal.api.extents import extent_of
from portal.api.problems import api_view, refuse_others
from portal.api.schema import queryables as queryables_of
from portal.api.schema import schema as schema_of
from portal.links import absolute

CACHED = "public, max-age=300"
JSON, HTML, GEOJSON, SCHEMA = "application/json", "text/html", "application/geo+json", "application/schema+json"
ALTERNATES = {"csv": "text/csv"}
OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
OGC_CONF = "http://www.opengis.net/spec/"
CLASSES = {
    "ogcapi-features-1/1.0/conf/": ("core", "geojson", "oas30"),
    "ogcapi-features-2/1.0/conf/": ("crs",),
    "ogcapi-features-3/1.0/conf/": ("queryables", "filter", "features-filter"),
    "cql2/1.0/conf/": (
        "cql2-text",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "property-property",
    ),
}
"""What tests/portal/ogc/ looks at, and nothing else."""


@api_view
def landing(request: HttpRequest) -> HttpResponse:
    """Where clients begin. Who wants a page and no data is sent to the documentation."""
    refuse_others(request.GET, ("f",))
    if "f" not in request.GET and request.get_preferred_type([JSON, HTML]) == HTML:
        response: HttpResponse = HttpResponseRedirect(reverse("api:docs"))
    else:
        response = _document(_landing())
    patch_vary_headers(response, ["Accept"])
    return response


def _landing() -> dict[str, Any]:
    return {
        "title": "Parages",
        "description": _("Initiatives citoyennes, projets des villes et missions bénévoles, en données ouvertes."),
        "links": [
            link("self", reverse("api:landing"), JSON),
            link("service-desc", reverse("api:openapi"), openapi.MEDIA_TYPE),
            link("service-doc", reverse("api:docs"), HTML),
            link("conformance", reverse("api:conformance"), JSON),
            link("data", reverse("api:collections"), JSON),
        ],
    }


@api_view
def docs(request: HttpRequest) -> HttpResponse:
    """The documentation for people, in the language that they read."""
    refuse_others(request.GET)
    return HttpResponseRedirect(reverse("api-docs"))


@api_view
def conformance(request: HttpRequest) -> HttpResponse:
    refuse_others(request.GET, ("f",))
    return _document({"conformsTo": [f"{OGC_CONF}{part}{name}" for part, names in CLASSES.items() for name in names]})


@api_view
def open_api(request: HttpRequest) -> HttpResponse:
    refuse_others(request.GET, ("f",))
    return _document(openapi.document(), openapi.MEDIA_TYPE)


@api_view
def collections(request: HttpRequest) -> HttpResponse:
    refuse_others(request.GET, ("f",))
    links = [link("self", reverse("api:collections"), JSON)]
    return _document({"links": links, "crs": list(KNOWN), "collections": [_collection(name) for name in COLLECTIONS]})


@api_view
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    kinds_of(collection)
    refuse_others(request.GET, ("f",))
    return _document(_collection(collection))


def _collection(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": TITLES[name](),
        "description": DESCRIPTIONS[name](),
        "extent": extent_of(kinds_of(name)).document(),
        "itemType": "feature",
        "crs": list(KNOWN),
        "storageCrs": CRS84.uri,
        "links": _collection_links(name),
    }


def _collection_links(name: str) -> list[dict[str, str]]:
    schema_path, queryables_path = reverse("api:schema", args=[name]), reverse("api:queryables", args=[name])
    return [
        link("self", reverse("api:collection", args=[name]), JSON),
        link("items", reverse("api:items", args=[name]), GEOJSON),
        link("describedby", schema_path, SCHEMA),
        link(f"{OGC_REL}schema", schema_path, SCHEMA),
        link(f"{OGC_REL}queryables", queryables_path, SCHEMA),
        link("license", reverse("about") + "#sources", HTML),
    ]


@api_view
def queryables(request: HttpRequest, collection: str) -> HttpResponse:
    kinds_of(collection)
    refuse_others(request.GET, ("f",))
    address = absolute(reverse("api:queryables", args=[collection]))
    return _document(queryables_of(address, TITLES[collection]()), SCHEMA)


@api_view
def schema(request: HttpRequest, collection: str) -> HttpResponse:
    kinds_of(collection)
    refuse_others(request.GET, ("f",))
    return _document(schema_of(absolute(reverse("api:schema", args=[collection])), TITLES[collection]()), SCHEMA)


def link(rel: str, path: str, media_type: str) -> dict[str, str]:
    """A link of a document: always absolute, always of the site as its operator named it."""
    return {"rel": rel, "type": media_type, "href": absolute(path)}


def collection_link(name: str) -> dict[str, str]:
    """From its items back to the collection."""
    return link("collection", reverse("api:collection", args=[name]), JSON)


def alternate_links(path: str, asked: QueryDict) -> list[dict[str, str]]:
    """The same question in other forms, which give the whole answer."""
    links = []
    for name, media_type in ALTERNATES.items():
        question = asked.copy()
        for other in ("limit", "offset", "cursor", "crs"):
            question.pop(other, None)
        question["f"] = name
        links.append(link("alternate", f"{path}?{question.urlencode(safe=',/:')}", media_type))
    return links


def _document(content: Mapping[str, Any], media_type: str = JSON) -> HttpResponse:
    response = JsonResponse(content, content_type=media_type, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = CACHED
    patch_vary_headers(response, ["Accept-Language"])
    return response
