"""Pages about harvests, for people."""

from django.urls import path

from harvesters.watch import feed, rejections, views

urlpatterns = [
    path("", views.board, name="harvests"),
    path("incidents.atom", feed.incidents, name="incidents"),
    path("<slug:slug>/", views.source, name="source"),
    path("<slug:slug>/incidents.atom", feed.incidents, name="source-incidents"),
    path("<slug:slug>/<int:pk>/", views.run, name="run"),
    path("<slug:slug>/<int:pk>/rejections.csv", rejections.as_csv, name="rejections"),
]
