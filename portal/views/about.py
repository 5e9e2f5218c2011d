"""What this site is, whose data it shows under which licences, and how accessible it is."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models import Source


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    published = Count("activities", filter=Q(activities__withdrawn__isnull=True))
    sources = Source.objects.annotate(published=published).filter(published__gt=0).order_by("-published", "title")
    return render(request, "about.html", {"sources": sources})
