from django.urls import path, re_path

from portal.api import documents, places, views

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
    path("collections/<str:collection>/items/<uuid:public_id>", views.item, name="item"),
    path("collections/<str:collection>/points", views.points, name="points"),
    path("places", places.search, name="places"),
    path("places/names", places.names, name="place-names"),
    re_path(r"", views.nothing, name="nothing"),
]
