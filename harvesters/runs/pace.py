"""When a source is to be harvested next: by its frequency, and after failures later and later."""

import random
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from portal.models import Frequency, Run, Source

PERIODS = {
    Frequency.HOURLY: timedelta(hours=1),
    Frequency.DAILY: timedelta(days=1),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=30),
}
FIRST_PAUSE = timedelta(minutes=15)
DAY = timedelta(days=1)
JITTER = 0.05
"""Sources that were harvested together drift apart, so that not all portals are asked at once."""

NOT_THE_PORTALS_FAULT = ("ended", "taken-over", "under-way", "database")


def settle(source: Source, run: Run) -> None:
    """Count failures in a row and set `due` after a run. A run that we ended ourselves says nothing of the portal."""
    if run.error_code in NOT_THE_PORTALS_FAULT:
        return
    failed = run.status == Run.Status.FAILED
    row = Source.objects.filter(pk=source.pk)
    row.update(failures=F("failures") + 1 if failed else 0)
    source.failures = row.values_list("failures", flat=True).get()
    source.due = due(source, timezone.now())
    row.update(due=source.due)


def due(source: Source, now: datetime) -> datetime | None:
    """The next harvest; None for a source that is harvested on demand alone."""
    period = PERIODS.get(Frequency(source.frequency))
    if period is None:
        return None
    wait = min(pause(source.failures), max(period, DAY)) if source.failures else period
    return now + wait * random.uniform(1, 1 + JITTER)  # noqa: S311 (jitter, no secret)


def pause(failures: int) -> timedelta:
    """Twice as long after each failure in a row: 15 minutes, half an hour, one hour ..."""
    return FIRST_PAUSE * int(2 ** min(failures - 1, 20))
