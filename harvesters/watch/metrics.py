"""The state of every source as Prometheus reads it.

For this machine alone, or for who knows PARAGES_METRICS_TOKEN: what came through a proxy is not of this machine.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from harvesters.watch.watched import Watched, watched
from portal.models import Run, Source

PROXIED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP")
QUEUED = ("todo", "doing")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Text for Prometheus; 403 for anybody else."""
    if not (_is_local(request) or _knows_token(request)):
        return HttpResponseForbidden("PARAGES_METRICS_TOKEN\n", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Sources())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_local(request: HttpRequest) -> bool:
    if any(name in request.headers for name in PROXIED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _knows_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, settings.METRICS_TOKEN)


class Sources(Collector):
    """Asked anew each time: the database knows, whichever process harvested."""

    def collect(self) -> Iterable[Metric]:
        rows = watched(Source.objects.filter(enabled=True))
        yield from _ages(rows)
        yield from _of_last_runs(rows)
        yield _records(rows)
        yield _queue()


def _gauge(name: str, what: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"parages_{name}", what, labels=["source"])
    for slug, value in values:
        family.add_metric([slug], value)
    return family


def _ages(rows: list[Watched]) -> Iterator[Metric]:
    confirmed = [(row, row.source.confirmed, row.age) for row in rows]
    known = [(row.source.slug, when.timestamp(), age.total_seconds()) for row, when, age in confirmed if when and age]
    yield _gauge(
        "source_last_success_timestamp_seconds", "Start of the last complete run.", [(a, b) for a, b, _ in known]
    )
    yield _gauge("source_age_seconds", "Time since the last complete run.", [(a, c) for a, _, c in known])
    promised = [(row.source.slug, row.period.total_seconds()) for row in rows if row.period]
    yield _gauge("source_period_seconds", "How often a complete run is promised.", promised)
    late = [(row.source.slug, float(row.late)) for row in rows]
    yield _gauge("source_late", "1 without a complete run for three periods.", late)
    failures = [(row.source.slug, row.source.failures) for row in rows]
    yield _gauge("source_failures", "Runs in a row that failed.", failures)
    held = [(row.source.slug, row.held.missing if row.held else 0) for row in rows]
    yield _gauge("source_held_records", "Records whose removal waits for a person.", held)


def _of_last_runs(rows: list[Watched]) -> Iterator[Metric]:
    runs = [(row.source.slug, row.last) for row in rows if row.last]
    yield _gauge("run_read_records", "Records that the last run read.", [(slug, run.read) for slug, run in runs])
    yield _gauge("run_rejected_records", "Of them, refused.", [(slug, run.rejected) for slug, run in runs])
    complete = [(slug, float(run.status == Run.Status.COMPLETE)) for slug, run in runs]
    yield _gauge("run_complete", "1 when the last run was complete.", complete)
    lasted = [(slug, (run.finished - run.started).total_seconds()) for slug, run in runs if run.finished]
    yield _gauge("run_duration_seconds", "How long the last run took.", lasted)


def _records(rows: list[Watched]) -> Metric:
    family = GaugeMetricFamily("parages_source_records", "Published records.", labels=["source", "precision"])
    for row in rows:
        for precision, count in row.by_precision:
            family.add_metric([row.source.slug, precision.value], count)
    return family


def _queue() -> Metric:
    family = GaugeMetricFamily("parages_queue_jobs", "Jobs of the queue.", labels=["status"])
    jobs = ProcrastinateJob.objects.filter(status__in=QUEUED).order_by().values_list("status")
    counts = dict(jobs.annotate(Count("pk")))
    for status in QUEUED:
        family.add_metric([status], counts.get(status, 0))
    return family
