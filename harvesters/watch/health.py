"""Whether the site lives, can serve, and keeps its promises: three questions, for three different alarms.

A portal that is away must not take the site off a load balancer: `ready` does not look at sources, `sources` does.
"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harvesters.watch import state
from portal.models import Source

UNAVAILABLE = 503


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has the tables that this code expects; else 503."""
    try:
        pending = _pending()
    except DatabaseError:
        return JsonResponse({"database": False}, status=UNAVAILABLE)
    return JsonResponse({"database": True, "migrations": not pending}, status=UNAVAILABLE if pending else 200)


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@require_safe
@never_cache
def sources(request: HttpRequest) -> JsonResponse:
    """503 while any source has had no complete run for three of its periods; which ones."""
    now = timezone.now()
    late = [source.slug for source in Source.objects.filter(enabled=True) if state.is_late(source, now)]
    return JsonResponse({"late": late}, status=UNAVAILABLE if late else 200)
