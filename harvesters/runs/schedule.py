"""Which sources are due, and what each promises. `pace.py` says when a source is due next."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from harvesters.runs.pace import PERIODS
from portal.models import Frequency, Lease, Source


def period(source: Source) -> timedelta | None:
    """The time from one harvest to the next that the source promises; None without a promise.

    Demo data never change, so nothing is promised of them.
    """
    return None if source.demo else PERIODS.get(Frequency(source.frequency))


def due(now: datetime | None = None) -> QuerySet[Source]:
    """The sources whose time has come and that nobody harvests at this moment, the longest waiting first."""
    now = now or timezone.now()
    time_has_come = Q(due__isnull=True) | Q(due__lte=now)
    wanted = idle(now).filter(time_has_come, enabled=True, demo=False).exclude(frequency=Frequency.MANUAL)
    return wanted.order_by("due", "pk")


def idle(now: datetime | None = None) -> QuerySet[Source]:
    """The sources that nobody alive harvests now."""
    alive = (now or timezone.now()) - timedelta(seconds=settings.LEASE_S)
    return Source.objects.exclude(pk__in=Lease.objects.filter(beat__gt=alive).values("source"))
