"""The page of one Activity; 410 when its source withdrew it, 301 when its address has another title."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models import Activity
from portal.pages import item as words
from portal.pages.address import activity_url
from portal.pages.gone import gone
from portal.pages.linked_data import linked_data
from portal.pages.state import State
from portal.same.others import others, with_others


@require_safe
def item(request: HttpRequest, kind: str, public_id: UUID, title: str = "") -> HttpResponse:
    activity = with_others(Activity.objects.select_related("area")).filter(public_id=public_id).first()
    if activity is None:
        return gone(request, public_id)
    if activity.withdrawn:
        return render(request, "withdrawn.html", {"activity": activity}, status=410)
    path = activity_url(activity)
    if path != request.path:
        asked = request.GET.urlencode(safe=",/:")
        moved = HttpResponsePermanentRedirect(f"{path}?{asked}" if asked else path)
        # A title may come back to what it was: a browser that remembered both ways would go round for ever.
        moved["Cache-Control"] = "no-cache"
        return moved
    state = State.read(request.GET)
    context = {
        "activity": activity,
        "state": state,
        "back": words.back_address(request.GET),
        "distance_m": words.distance_from(state, activity),
        "near_here": words.near_here(activity),
        "steps": words.steps(activity),
        "stale_since": words.stale_since(activity),
        "map_data": words.map_data(activity),
        "directions": words.openstreetmap_link(activity),
        "linked_data": linked_data(activity),
        "also_published_by": others(activity),
    }
    return render(request, "item.html", context)
