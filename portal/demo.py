"""The day that «upcoming» counts from: today, or the day of the demo data when those are shown."""

import tomllib
from datetime import date, datetime, time
from functools import cache

from django.conf import settings
from django.utils import timezone


@cache
def demo_date() -> date:
    """Of what day the demo data are, as `fixtures/demo.toml` states it."""
    stated = tomllib.loads((settings.BASE_DIR / "fixtures" / "demo.toml").read_text("utf-8"))["date"]
    return date.fromisoformat(str(stated))


def today() -> date:
    """The demo data's day in demo mode, so that their missions are not all past; else the real day."""
    return demo_date() if settings.DEMO else timezone.localdate()


def now() -> datetime:
    """The first moment of `today()` in demo mode; else the real moment."""
    if settings.DEMO:
        return timezone.make_aware(datetime.combine(demo_date(), time()))
    return timezone.now()
