"""`when`: the days that an Activity must touch.

`upcoming` (not over yet), `today`, `weekend` (the coming one, or the present one), a day
`2026-11-28`, or a range `2026-11-28/2026-12-05`, open at either end with `..`.
"""

import re
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
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadWhen(ValueError):
    """Days that are not understood; the message is one sentence fit to show."""


@dataclass(frozen=True)
class When:
    """Days asked for, as written: resolved only when the database is asked, so that `today` stays today."""

    text: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises BadWhen."""
        if text == "all":
            return cls()
        if text not in WORDS:
            first, last = _range(text)
            if first and last and first > last:
                raise BadWhen(_("« when » : %(first)s est après %(last)s.") % {"first": first, "last": last})
        return cls(text)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def days(self) -> tuple[date | None, date | None]:
        """First and last day, None where it is open."""
        if self.text == "today":
            return today(), today()
        if self.text == "weekend":
            saturday = today() + timedelta(days=SATURDAY - today().weekday())
            return max(saturday, today()), saturday + timedelta(days=1)
        return _range(self.text)

    def moment(self) -> datetime:
        """What `upcoming` counts from, to the minute: within one, an answer stays the same."""
        return now().replace(second=0, microsecond=0)

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The first moment of the days, and the first one after them; None where they are open.

        An Activity with a start and no end goes on; one with no dates at all is only ever `upcoming`.
        """
        first, last = self.days()
        return _midnight(first) if first else None, _midnight(last + timedelta(days=1)) if last else None


def _range(text: str) -> tuple[date | None, date | None]:
    parts = text.split("/")
    if len(parts) == 1:
        return _day(text, text), _day(text, text)
    if len(parts) != 2 or parts == ["..", ".."]:
        raise BadWhen(_misunderstood(text))
    first, last = (None if part in ("..", "") else _day(part, text) for part in parts)
    if first is None and last is None:
        raise BadWhen(_misunderstood(text))
    return first, last


def _day(part: str, text: str) -> date:
    try:
        day = date.fromisoformat(part) if _DAY.fullmatch(part) else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year < 2200:
        raise BadWhen(_misunderstood(text))
    return day


def _misunderstood(text: str) -> str:
    return _("« when » ne comprend pas « %s » ; comprend : upcoming, today, weekend, all, 2026-11-28, "
             "2026-11-28/2026-12-05.") % text[:60]  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
