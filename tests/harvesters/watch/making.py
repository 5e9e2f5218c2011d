"""Runs as a source has them, around one noon."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.models import Run, Source
from tests.factories import make_source

NOON = datetime(2026, 10, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def make_run(source: Source, days_ago: float = 0, **fields: Any) -> Run:
    """A complete run of 8 unchanged records that took a minute, unless its fields say otherwise."""
    started = NOON - days_ago * DAY
    counts = {"read": 8, "unchanged": 8} if fields.get("status") != Run.Status.FAILED else {}
    found = {"status": Run.Status.COMPLETE, "started": started, "finished": started + timedelta(minutes=1)}
    return Run.objects.create(source=source, **found | counts | fields)


def fresh_source(days_ago: float = 0.1, **fields: Any) -> Source:
    """A source that was read whole some days before noon."""
    source = make_source(confirmed=NOON - days_ago * DAY, **fields)
    make_run(source, days_ago)
    return source
