from django.urls import path, re_path

from portal.api import documents, maps, places, views

app_name = "api"
urlpatterns = [
    path("", documents.landing, name="landing"),
    path("docs", documents.docs, name="docs"),
    path("openapi.json", documents.open_api, name="openapi"),
    path("conformance", documents.conformance, name="conformance"),
    path("collections", documents.collections, name="collections"),
    path("collections/<str:collection>", documents.collection, name="collection"),
    path("collections/<str:collection>/queryables", documents.queryables, name="queryables"),
    path("collections/<str:collection>/schema", documents.schema, name="schema"),
    path("collections/<str:collection>/items", views.items, name="items"),
    re_path(r"^collections/(?P<collection>\w+)/items\.(?P<suffix>[a-z0-9]{2,20})$", views.items, name="items-as"),
    path("collections/<str:collection>/items/<uuid:public_id>", views.item, name="item"),
    path("collections/<str:collection>/points", views.points, name="points"),
    path("collections/<str:collection>/clusters", maps.clusters_of, name="clusters"),
    path("collections/<str:collection>/facets", maps.facets_of, name="facets"),
    path("collections/<str:collection>/columns", maps.columns_of, name="columns"),
    re_path(
        r"^collections/(?P<collection>\w+)/tiles/(?P<z>\d{1,2})/(?P<x>\d{1,7})/(?P<y>\d{1,7})\.(?P<form>mvt|json)$",
        maps.tile,
        name="tile",
    ),
    path("places", places.search, name="places"),
    path("places/names", places.names, name="place-names"),
    re_path(r"", views.nothing, name="nothing"),
]
