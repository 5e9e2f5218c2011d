"""What follows from the country of the records: time zone, currency, language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.numbers import get_territory_currencies

# Of countries with several time zones, that of most people.
ZONES = {
    "CA": "America/Toronto", "US": "America/New_York", "ES": "Europe/Madrid", "PT": "Europe/Lisbon",
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "MX": "America/Mexico_City", "DE": "Europe/Berlin",
    "NZ": "Pacific/Auckland", "RU": "Europe/Moscow", "CD": "Africa/Kinshasa", "UA": "Europe/Kyiv",
}  # fmt: skip


def zone_of(country: str) -> tuple[str, float]:
    """The time zone of a country (ISO code), and how sure that is; "" when it is not known."""
    zones = [zone for zone, where in get_global("zone_territories").items() if where == country and "/" in zone]
    known = sorted(zone for zone in zones if _is_zone(zone))
    if country in ZONES:
        return ZONES[country], 0.6
    if len({_offsets(zone) for zone in known}) == 1:
        return known[0], 0.9
    return "", 0.0


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return False
    return True


def _offsets(zone: str) -> tuple[object, object]:
    at = ZoneInfo(zone)
    return datetime(2026, 1, 1, tzinfo=at).utcoffset(), datetime(2026, 7, 1, tzinfo=at).utcoffset()


def currency_of(country: str) -> str:
    """The ISO code of the money of a country; "" when it is not known."""
    currencies = get_territory_currencies(country)
    return str(currencies[0]) if currencies else ""
