"""`when`: the days that an Activity must touch.

`upcoming` (not over yet), `today`, `weekend` (the coming one, or the present one), a day
`2026-11-28`, a moment `2026-11-28T09:00:00Z`, or a range of them, open at either end with `..`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.demo import now, today
from portal.vocabularies import Status

WORDS = ("all", "upcoming", "today", "weekend")
OVER = (
    Status.PAST, Status.CLOSED, Status.DELIVERED, Status.ABANDONED, Status.REJECTED, Status.NOT_SELECTED, Status.MERGED,
)  # fmt: skip
"""Statuses after which nothing goes on: a delivered project is there to be used, no longer to be followed or joined."""

SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""What lies beyond is compared as the first or the last day: no record is older, and no zone overflows."""

INSTANT = timedelta(microseconds=1)
"""The database knows no shorter time: what has begun at a moment has begun before the next microsecond."""

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?", re.ASCII)


class BadWhen(ValueError):
    """Days that are not understood; the message is one sentence fit to show."""


@dataclass(frozen=True)
class When:
    """Days asked for, as written: resolved only when the database is asked, so that `today` stays today."""

    text: str = ""

    @classmethod
    def parse(cls, text: str, words: Collection[str] = WORDS) -> Self:
        """Raises BadWhen."""
        if text == "all" and text in words:
            return cls()
        if text not in words:
            first, last = _range(text)
            if first and last and first.since >= last.until:
                begin, end = text[:60].split("/")
                raise BadWhen(_("« when » : %(first)s est après %(last)s.") % {"first": begin, "last": end})
        return cls(text)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """From the first moment on, until before the second; None where it is open. Not for `upcoming`."""
        if self.text == "today":
            return _day(today()).since, _day(today()).until
        if self.text == "weekend":
            saturday = today() + timedelta(days=SATURDAY - today().weekday())
            return _day(max(saturday, today())).since, _day(saturday + timedelta(days=1)).until
        first, last = _range(self.text)
        return first.since if first else None, last.until if last else None

    def days(self) -> tuple[date | None, date | None]:
        """First and last day, None where it is open."""
        since, until = self.bounds()
        return (
            timezone.localdate(since) if since else None,
            timezone.localdate(until - INSTANT) if until else None,
        )

    def moment(self) -> datetime:
        """What `upcoming` counts from, to the minute: within one, an answer stays the same."""
        return now().replace(second=0, microsecond=0)


@dataclass(frozen=True)
class _Edge:
    """A day or a moment, from its beginning until before its end."""

    since: datetime
    until: datetime


def _range(text: str) -> tuple[_Edge | None, _Edge | None]:
    parts = text.split("/")
    if len(parts) == 1:
        return _edge(text, text), _edge(text, text)
    if len(parts) != 2 or not set(parts) - {"..", ""}:
        raise BadWhen(_misunderstood(text))
    first, last = (None if part in ("..", "") else _edge(part, text) for part in parts)
    return first, last


def _edge(part: str, text: str) -> _Edge:
    if not _WRITTEN.fullmatch(part.upper()):
        raise BadWhen(_misunderstood(text))
    year = int(part[:4])
    try:
        # Python knows no year 0; year 4 is a leap year as well.
        moment = datetime.fromisoformat(f"{year or 4:04}{part[4:].upper()}")
    except ValueError:
        raise BadWhen(_misunderstood(text)) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _day(date(FIRST_YEAR, 1, 1) if year < FIRST_YEAR else date(LAST_YEAR, 12, 31))
    return _Edge(moment, moment + INSTANT) if moment.tzinfo else _day(moment.date())


def _day(day: date) -> _Edge:
    return _Edge(_midnight(day), _midnight(day + timedelta(days=1)))


def _misunderstood(text: str) -> str:
    return _("« when » ne comprend pas « %s » ; comprend : upcoming, today, weekend, all, 2026-11-28, "
             "2026-11-28/2026-12-05.") % text[:60]  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
