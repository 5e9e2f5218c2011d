"""Every address of the site. Path words are translated like any text."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, include, path
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from portal.api.documents import landing
from portal.views.about import about
from portal.views.api_docs import api_docs
from portal.views.card import area_titles, card, to_item
from portal.views.embed import embed
from portal.views.explorer import explorer
from portal.views.home import home
from portal.views.item import item
from portal.views.start import start
from portal.vocabularies import Kind

KIND_WORDS = {Kind.INITIATIVE: _("initiatives"), Kind.PROJECT: _("projets"), Kind.MISSION: _("missions")}


def kind_paths(kind: Kind) -> list[URLPattern]:
    """The explorer with one kind chosen, and the pages of that kind's Activities."""
    word, preset = KIND_WORDS[kind], {"kind": kind.value}
    return [
        path(format_lazy("{}/", word), explorer, preset, name=f"{kind.value}-list"),
        path(format_lazy("{}/<uuid:public_id>/", word), item, preset, name=f"{kind.value}-id"),
        path(format_lazy("{}/<uuid:public_id>-<slug:title>/", word), item, preset, name=f"{kind.value}-item"),
    ]


urlpatterns = [
    path("", start, name="start"),
    path("api", landing),
    path("api/", include("portal.api.urls")),
    path("favicon.ico", RedirectView.as_view(url=static("build/favicon.svg"))),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("harvesters.watch.machine_urls")),
    *i18n_patterns(
        path("", home, name="home"),
        path(_("explorer/"), explorer, name="explorer"),
        path(_("carte/"), embed, name="embed"),
        path("apercu/<uuid:public_id>/", card, name="card"),
        path("apercu/secteur/<str:codes>/", area_titles, name="area-titles"),
        path("fiche/<uuid:public_id>/", to_item, name="item"),
        path(_("a-propos/"), about, name="about"),
        path("api/", api_docs, name="api-docs"),
        path(_("collectes/"), include("harvesters.urls")),
        *kind_paths(Kind.INITIATIVE),
        *kind_paths(Kind.PROJECT),
        *kind_paths(Kind.MISSION),
    ),
]

handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.broken"
