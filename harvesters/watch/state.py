"""In what state a source is, in plain words, judged by what it promises."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harvesters.runs import schedule
from portal.models import Run, Source

LATE_PERIODS = 3
"""Without a complete run for so long, a source has broken its promise."""

SLOW_PERIODS = 1.5
"""A run may fail once, and a machine be restarted, before anybody worries."""


class Level(StrEnum):
    """How much it wants a look, most first."""

    DANGER = "danger"
    WARNING = "warning"
    GOOD = "good"
    IDLE = "idle"


ORDER = list(Level)
ICONS = {Level.DANGER: "alert-triangle", Level.WARNING: "clock", Level.GOOD: "check", Level.IDLE: "player-pause"}


@dataclass(frozen=True)
class State:
    level: Level
    label: str | Promise

    @property
    def icon(self) -> str:
        return ICONS[self.level]


SUSPENDED = State(Level.IDLE, _("Suspendue"))
NEVER = State(Level.IDLE, _("Pas encore moissonnée"))
NEVER_WHOLE = State(Level.DANGER, _("Jamais lue en entier"))
LATE = State(Level.DANGER, _("En retard"))
FAILED = State(Level.WARNING, _("Dernière moisson en échec"))
PARTIAL = State(Level.WARNING, _("Dernière moisson incomplète"))
SLOW = State(Level.WARNING, _("Se fait attendre"))
FROZEN = State(Level.IDLE, _("Démonstration"))
FRESH = State(Level.GOOD, _("À jour"))


def judge(source: Source, last: Run | None, now: datetime) -> State:
    """The state of a source; `last`: its last run that has ended."""
    if not source.enabled:
        return SUSPENDED
    if source.confirmed is None:
        return NEVER if last is None else NEVER_WHOLE
    if is_late(source, now):
        return LATE
    if last and last.status in (Run.Status.FAILED, Run.Status.PARTIAL):
        return FAILED if last.status == Run.Status.FAILED else PARTIAL
    if source.demo:
        return FROZEN
    return SLOW if _older(source, now, SLOW_PERIODS) else FRESH


def is_late(source: Source, now: datetime) -> bool:
    """Whether an enabled source has had no complete run for three of its periods."""
    return source.enabled and _older(source, now, LATE_PERIODS)


def late_since(source: Source) -> datetime | None:
    """When its promise was or will be broken; None without a promise."""
    promised = schedule.period(source)
    return _from(source) + LATE_PERIODS * promised if promised else None


def _older(source: Source, now: datetime, periods: float) -> bool:
    promised: timedelta | None = schedule.period(source)
    return promised is not None and now - _from(source) > periods * promised


def _from(source: Source) -> datetime:
    return source.confirmed or source.created
