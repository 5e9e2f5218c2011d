"""What the map's preview shows of what was chosen: one card, or the titles of an area; and the way to a page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geo.models import Area
from portal.models import Activity
from portal.pages.address import activity_url
from portal.pages.gone import gone
from portal.pages.item import distance_from
from portal.pages.state import State
from portal.results import Results

TITLES_MAX = 200
AREAS_MAX = 50


@require_safe
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The card as the list of the same question would show it; 410 when its source withdrew it."""
    activity = _known(public_id)
    if activity is None:
        return gone(request, public_id)
    if activity.withdrawn:
        return render(request, "withdrawn.html", {"activity": activity}, status=410)
    state = State.read(request.GET)
    activity.distance_m = distance_from(state, activity)  # type: ignore[attr-defined]
    back = state.string(page=state.page) if request.GET else ""
    return render(request, "card.html", {"activity": activity, "back": back})


@require_safe
def area_titles(request: HttpRequest, codes: str) -> HttpResponse:
    """Titles of what concerns the whole of some areas, of the same question; `codes` are joined by commas."""
    areas = Area.objects.filter(code__in=codes.replace("\x00", "").split(",")[:AREAS_MAX]).only("pk")
    state = State.read(request.GET)
    found = Results(state.query).concerning(areas)
    shown = Activity.objects.filter(pk__in=found).order_by("-edition", "title", "public_id")
    context = {
        "activities": shown.only("public_id", "kind", "title", "lang")[:TITLES_MAX],
        "more": max(len(found) - TITLES_MAX, 0),
        "back": state.string(page=state.page),
    }
    return render(request, "titles.html", context)


@require_safe
def to_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From an id alone to the page with its title in the address."""
    asked = request.GET.urlencode(safe=",/:")
    activity = _known(public_id)
    if activity is None:
        return gone(request, public_id)
    return HttpResponseRedirect(activity_url(activity) + (f"?{asked}" if asked else ""))


def _known(public_id: UUID) -> Activity | None:
    return Activity.objects.select_related("source", "area").filter(public_id=public_id).first()
