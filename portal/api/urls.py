from django.urls import path, re_path

from portal.api import places, views

app_name = "api"
urlpatterns = [
    path("collections/<str:collection>/items", views.items, name="items"),
    path("collections/<str:collection>/items/<uuid:public_id>", views.item, name="item"),
    path("collections/<str:collection>/points", views.points, name="points"),
    path("places", places.search, name="places"),
    path("places/names", places.names, name="place-names"),
    re_path(r"", views.nothing, name="nothing"),
]
