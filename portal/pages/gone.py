"""What is answered for a record of which nothing is left but its tombstone."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import Tombstone


def gone(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page that says so, with 410. Raises Http404 when there never was such a record."""
    stone = Tombstone.objects.select_related("source").filter(public_id=public_id).first()
    if stone is None:
        raise Http404
    return render(request, "gone.html", {"stone": stone, "erased": Tombstone.Reason.ERASED}, status=410)
