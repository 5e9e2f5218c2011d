"""The board of all sources, the page of one, and the page of one of its runs."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from harvesters.watch import reasons, state
from harvesters.watch.trend import trend
from harvesters.watch.watched import watched
from portal.models import Run, Source

FRESH_S = 60


def public_page(view):  # type: ignore[no-untyped-def]
    """Asked for often, the same for everybody, changed by runs alone."""
    return require_safe(conditional_page(cache_control(public=True, max_age=FRESH_S)(view)))


@public_page
def board(request: HttpRequest) -> HttpResponse:
    """All sources, those that want a look first."""
    rows = watched(Source.objects.all())
    levels = Counter(row.state.level for row in rows)
    context = {
        "rows": [(row, trend(row.runs)) for row in rows if row.runs or row.published or row.under_way],
        "asleep": [row for row in rows if not (row.runs or row.published or row.under_way)],
        "levels": {level.value: levels[level] for level in state.Level},
        "published": sum(row.published for row in rows),
        "waiting": [row for row in rows if row.held],
    }
    return render(request, "harvesters/board.html", context)


@public_page
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: its promise, its state, what is published of it, its last runs and why records were refused."""
    found = get_object_or_404(Source, slug=slug)
    [row] = watched(Source.objects.filter(pk=found.pk))
    context = {
        "row": row,
        "source": row.source,
        "trend": trend(row.runs),
        "groups": reasons.grouped(row.last) if row.last else [],
        "why": reasons.why(row.last) if row.last else None,
        "late_since": state.late_since(row.source) if row.late else None,
    }
    return render(request, "harvesters/source.html", context)


@public_page
def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One run: what it read, what became of it, what was noticed."""
    found = get_object_or_404(Run.objects.select_related("source"), pk=pk, source__slug=slug)
    context = {
        "run": found,
        "source": found.source,
        "groups": reasons.grouped(found),
        "why": reasons.why(found),
        "removals": found.removals.all(),
        "now": timezone.now(),
    }
    return render(request, "harvesters/run.html", context)
