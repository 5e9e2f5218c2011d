"""Numbers, amounts, yes and no, dates: as portals write them, in French, Dutch, English, Polish and Catalan.

Everything here is pure. A blank is None; what cannot be understood raises `Unreadable`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

YES = {"oui", "ja", "yes", "true", "vrai", "waar", "tak", "si", "sí", "1", "o", "y"}
NO = {"non", "nee", "no", "false", "faux", "onwaar", "nie", "0", "n"}
LARGEST_AMOUNT = 10**11
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

_BLANK = {"", "-", "–", "null", "none", "nan", "n/a", "na", "nc", "n.c."}
_CURRENCY_SIGNS = re.compile(r"(?i)eur(?:os?)?|€|\$|cad|pln|zł|chf|usd|£")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,à]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
_ZONE_WORD = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)


class Unreadable(ValueError):
    """A value that means nothing to us; its text says which and why."""


def blank(value: object) -> bool:
    """Whether a portal means «nothing» by this value."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _BLANK)


def decimal(value: object) -> Decimal | None:
    """A number with a point or a comma, e.g. a coordinate: `"-00000001,1500341"` is -1.1500341."""
    if blank(value):
        return None
    text = re.sub(r"[\s\u00a0\u202f']", "", str(value))
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return _decimal(text, value)


def amount(value: object) -> Decimal | None:
    """A sum of money: currency signs, spaces and thousands separators are understood; cents rounded."""
    if blank(value):
        return None
    if isinstance(value, (int, float)):
        return _in_cents(_decimal(str(value), value), value)
    text = re.sub(r"[\s\u00a0\u202f']", "", _CURRENCY_SIGNS.sub("", str(value)))
    decimals = max(text.rfind(","), text.rfind("."))
    # «1.234» and «1,234» are one thousand: nobody budgets thousandths of a euro.
    if decimals >= 0 and (len(text) - decimals - 1 == 3 or text.count(text[decimals]) > 1):
        text = text.replace(",", "").replace(".", "")
    elif decimals >= 0:
        text = re.sub(r"[.,]", "", text[:decimals]) + "." + text[decimals + 1 :]
    return _in_cents(_decimal(text, value), value)


def _in_cents(number: Decimal, original: object) -> Decimal:
    if not 0 <= number < LARGEST_AMOUNT:
        raise Unreadable(f"the amount «{_shown(original)}» is negative or larger than any budget")
    return number.quantize(Decimal("0.01"))


def integer(value: object) -> int | None:
    """A whole number that is not negative and fits the database."""
    if blank(value):
        return None
    number = _decimal(re.sub(r"[\s\u00a0\u202f]", "", str(value)), value)
    if number != number.to_integral_value() or not 0 <= number < 2**31:
        raise Unreadable(f"«{_shown(value)}» is not a whole number")
    return int(number)


def boolean(value: object) -> bool | None:
    """Yes or no in our languages."""
    if isinstance(value, bool) or blank(value):
        return value if isinstance(value, bool) else None
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable(f"«{_shown(value)}» is neither yes nor no")


def moment(value: object, zone: ZoneInfo, end_of_day: bool = False) -> datetime | None:
    """A date or date and time, in UTC. Without an offset it is local to `zone`.

    A bare date is its first moment, or its last second when `end_of_day`. `YYYY` and `YYYY-MM`
    are their first day (their last with `end_of_day`). Times that a clock change skips or
    repeats are read as the zone's first reading of them.
    """
    if blank(value):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > 10**11:
        return _plausible(_from_epoch_ms(value), value)
    text = str(value).strip()
    moment = _iso(text, zone, end_of_day) or _day_first(text, zone, end_of_day) or _year_first(text, zone, end_of_day)
    if moment is None:
        raise Unreadable(f"the date «{_shown(text)}» is in no form that we know")
    return _plausible(moment, value)


def day(value: object, zone: ZoneInfo) -> date | None:
    """The calendar day of a date, as read in `zone`."""
    when = moment(value, zone)
    return when.astimezone(zone).date() if when else None


def partial_date(value: object) -> str:
    """A date kept as exactly as it was given: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    text = str(value or "").strip()
    first = _YEAR_FIRST.match(text[:10])
    if not first or not text.isascii() or text[first.end() : first.end() + 1].isdigit():
        reversed_ = _DAY_FIRST.fullmatch(text)
        text = "-".join(part.zfill(2) for part in reversed_.group(3, 2, 1)) if reversed_ else ""
    match = _YEAR_FIRST.match(text[:10])
    if not match:
        return ""
    year, month, day_ = match.groups()
    try:
        date(int(year), int(month or 1), int(day_ or 1))
    except ValueError:
        return ""
    return "-".join(part for part in (year, month and month.zfill(2), day_ and day_.zfill(2)) if part)


def _shown(value: object) -> str:
    return str(value)[:60]


def _decimal(text: str, original: object) -> Decimal:
    try:
        if not text.isascii() or "_" in text:
            raise InvalidOperation
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable(f"«{_shown(original)}» is not a number") from None
    if not number.is_finite():
        raise Unreadable(f"«{_shown(original)}» is not a finite number")
    return number


def _iso(text: str, zone: ZoneInfo, end_of_day: bool) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(_ZONE_WORD.sub("+00:00", text))
    except ValueError:
        return None
    bare = re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text) is not None
    if bare:
        return _local(parsed.date(), zone, end_of_day)
    return _utc(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone), text)


def _day_first(text: str, zone: ZoneInfo, end_of_day: bool) -> datetime | None:
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return None
    day_, month, year, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        when = date(year or 0, month or 0, day_ or 0)
        clock = time(hour, minute or 0, second or 0) if hour is not None else None
    except ValueError:
        return None
    if clock is None:
        return _local(when, zone, end_of_day)
    return _utc(datetime.combine(when, clock, zone), text)


def _year_first(text: str, zone: ZoneInfo, end_of_day: bool) -> datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if not match:
        return None
    year, month, day_ = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day_ or 1)
        if end_of_day and month is None:
            first = date(first.year, 12, 31)
        elif end_of_day and day_ is None:
            first = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return _local(first, zone, end_of_day)


def _local(when: date, zone: ZoneInfo, end_of_day: bool) -> datetime:
    return _utc(datetime.combine(when, time(23, 59, 59) if end_of_day else time(), zone), when)


def _utc(when: datetime, original: object) -> datetime:
    try:
        return when.astimezone(UTC)
    except OverflowError:
        raise Unreadable(f"the date «{_shown(original)}» is out of the calendar") from None


def _from_epoch_ms(value: float) -> datetime:
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        raise Unreadable(f"«{_shown(value)}» is not a time") from None


def _plausible(when: datetime, original: object) -> datetime:
    if not EARLIEST <= when.date() < LATEST:
        raise Unreadable(f"the date «{_shown(original)}» is not plausible")
    return when
