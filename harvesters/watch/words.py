"""How ages, durations and promises are written in the reader's language."""

from datetime import datetime, timedelta

from babel.dates import format_datetime, format_timedelta
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import Frequency, Run, Source
from portal.pages.facts import locale

MINUTE = timedelta(minutes=1)


def ago(age: timedelta) -> str:
    """`il y a 3 heures`."""
    return format_timedelta(-max(age, MINUTE), add_direction=True, locale=locale())


def lasting(duration: timedelta) -> str:
    """`12 secondes`."""
    return format_timedelta(max(duration, timedelta(seconds=1)), threshold=1.5, locale=locale())


def run_time(run: Run) -> str:
    """How long the run took; empty while it is under way."""
    return lasting(run.finished - run.started) if run.finished else ""


def moment(when: datetime) -> str:
    """`22 nov. 2026, 01:13`, on the site's clock."""
    return format_datetime(timezone.localtime(when), "medium", locale=locale()).rpartition(":")[0]


def promise(source: Source) -> str:
    """How often it is to be harvested, as a promise."""
    if source.demo:
        return _("données figées, pour la démonstration")
    return str(Frequency(source.frequency).label)
