"""How distances, dates, sums and addresses are written in the reader's language."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.demo import today
from portal.models import Activity

LOCALES = {"fr": "fr_FR", "nl": "nl_BE", "en": "en_GB"}
OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
NBSP = "\u00a0"


def locale() -> Locale:
    """Babel's locale of the page's language."""
    return Locale.parse(LOCALES.get((get_language() or "fr")[:2], "fr_FR"))


def number(value: float | Decimal) -> str:
    """A count, with the language's separators."""
    return format_decimal(value, locale=locale())


def distance(metres: float) -> str:
    """`350 m`, `1,2 km`, `12 km`: no more figures than a walk needs."""
    if metres < 995:
        return f"{number(max(round(metres / 10) * 10, 10))}{NBSP}m"
    kilometres = metres / 1000
    shown = round(kilometres, 1) if kilometres < 9.95 else round(kilometres)
    return f"{number(shown)}{NBSP}km"


def radius(metres: float) -> str:
    """`5 km`, `500 m`: exactly what was asked for."""
    return f"{number(metres / 1000)}{NBSP}km" if metres >= 1000 else f"{number(round(metres))}{NBSP}m"


def money(amount: Decimal, currency: str) -> str:
    """`45 000 €`: cents only where there are some."""
    pattern = locale().currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return format_currency(amount, currency, format=pattern, locale=locale(), currency_digits=False)


def day(value: date) -> str:
    """`sam. 28 nov.`, or `28 nov. 2027`: in another year nobody cares for the day of the week."""
    skeleton = "MMMEd" if value.year == today().year else "yMMMd"
    return format_skeleton(skeleton, value, locale=locale())


def full_day(value: date) -> str:
    """`28 novembre 2026`."""
    return format_date(value, "long", locale=locale())


def hour(value: time) -> str:
    """`9 h`, `9 h 30` in French; the language's own short form elsewhere."""
    if locale().language == "fr":
        minutes = f"{NBSP}{value.minute:02d}" if value.minute else ""
        return f"{value.hour}{NBSP}h{minutes}"
    return format_time(value, "short", locale=locale())


def when(activity: Activity) -> str:
    """The days of an Activity in a few words; empty when the source tells none."""
    starts, ends = local(activity, activity.starts), local(activity, activity.ends)
    if starts and ends and starts.date() == ends.date():
        return " ".join(
            filter(None, (f"{day(starts.date())}{',' if _hours(starts, ends) else ''}", _hours(starts, ends)))
        )
    if starts and ends and starts.date() > today():
        return _("du %(first)s au %(last)s") % {"first": day(starts.date()), "last": day(ends.date())}
    if ends:
        return _("jusqu’au %s") % day(ends.date())
    if starts and starts.date() > today():
        return _("à partir du %s") % day(starts.date())
    if starts:
        return _("depuis le %s") % day(starts.date())
    return ""


def local(activity: Activity, moment: datetime | None) -> datetime | None:
    """A moment on the clocks of the place it is about: its Source's time zone."""
    if moment is None:
        return None
    try:
        return moment.astimezone(ZoneInfo(activity.source.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.localtime(moment)


def _hours(starts: datetime, ends: datetime) -> str:
    midnight = time()
    if starts.time() == midnight and ends.time() in (midnight, time(23, 59), time(23, 59, 59)):
        return ""
    if starts.time() == ends.time():
        return hour(starts.time())
    return f"{hour(starts.time())}\u2013{hour(ends.time())}"


def where(activity: Activity) -> str:
    """The address as the source gives it, else the name of the area."""
    area = activity.area.label if activity.area else ""
    address = activity.address
    if not address:
        return " ".join(filter(None, (activity.postal_code, area)))
    known = address.lower()
    names = {area.lower(), activity.area.name.lower()} if activity.area else set()
    missing = [activity.postal_code] if activity.postal_code.lower() not in known else []
    if not any(name in known for name in names):
        missing.append(area)
    town = " ".join(filter(None, missing))
    return ", ".join(filter(None, (address, town)))


def host(url: str) -> str:
    """`croix-rouge.be`: where a link leads, in few letters."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def safe_url(url: str) -> str:
    """The address when a browser may follow it; harvested text is hostile."""
    return url if host(url) and urlsplit(url).scheme in ("http", "https") else ""


def opening_hours(text: str) -> str:
    """OpenStreetMap's `Mo-Fr 09:00-12:00` with the language's names of days."""
    names = locale().days["format"]["abbreviated"]
    days = "|".join(OSM_DAYS)
    text = re.sub(rf"(?<=\d)-(?=\d)|(?<=\b(?:{days}))-(?=(?:{days})\b)", "\u2013", text)
    for position, code in enumerate(OSM_DAYS):
        text = re.sub(rf"\b{code}\b", names[position], text)
    return text.replace(";", " ;")
