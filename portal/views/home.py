"""The home page: what goes on near you, three doors, a live map, the places covered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.pages import facets
from portal.pages.address import kind_url
from portal.pages.coverage import covered_places
from portal.pages.state import UPCOMING, State
from portal.query import Query
from portal.vocabularies import Kind

WHAT = {
    Kind.INITIATIVE: lambda: _("Associations, jardins partagés, lieux d’entraide…"),
    Kind.PROJECT: lambda: _("Les projets votés par les habitants, et où ils en sont"),
    Kind.MISSION: lambda: _("Du temps à donner, près de chez vous ou à distance"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    state = State(Query(when=UPCOMING))
    doors = [
        {"choice": choice, "what": WHAT[Kind(choice.value)](), "url": kind_url(choice.value)}
        for choice in facets.kinds(state.query)
    ]
    context = {"doors": doors, "places": covered_places(), "state": state, "points": state.query.string()}
    return render(request, "home.html", context)
