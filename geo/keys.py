"""What an Area can be found by, and how likely it is to be meant."""

import math
from collections.abc import Collection, Iterable

from geo.models import AreaName, Level
from geo.names import fold, without_article

HOME = frozenset(("FR", "BE", "LU", "CH", "MC", "CA"))
"""Countries whose places come before those of the rest of the world."""

_LEVEL_WEIGHT = {
    Level.COUNTRY: 6.5,
    Level.REGION: 5.5,
    Level.PROVINCE: 5.0,
    Level.COMMUNE: 1.0,
    Level.DISTRICT: 0.3,
    Level.PLACE: -0.5,
}
_GROUPS = (Level.COUNTRY, Level.REGION, Level.PROVINCE)
_PROVINCE_WORDS = ("province", "province de", "provincie", "département", "canton de")
_ALIAS_LOSS = 1.5
_KEY_MAX = 200

Key = tuple[str, str, float]
"""Folded text, kind, weight."""


def keys_of(
    names: Collection[str],
    aliases: Iterable[str],
    postcodes: Iterable[str],
    level: str,
    country: str,
    population: int | None,
) -> list[Key]:
    """Every key of an Area, each once for its kind."""
    weight = area_weight(level, country, population)
    codes = sorted(set(postcodes))
    narrow = weight - 2 * math.log10(len(codes) or 1)
    folded = {fold(name) for name in names}
    if level == Level.PROVINCE:
        aliases = (*aliases, *(f"{word} {name}" for name in names for word in _PROVINCE_WORDS))
    others = {fold(alias) for alias in aliases} | {without_article(key) for key in folded}
    found = [(key, AreaName.Kind.NAME.value, weight) for key in sorted(folded)]
    found += [(key, AreaName.Kind.ALIAS.value, weight - _ALIAS_LOSS) for key in sorted(others - folded)]
    found += [(fold(code), AreaName.Kind.POSTCODE.value, narrow) for code in codes]
    return [(key[:_KEY_MAX], kind, weight) for key, kind, weight in found if key]


def area_weight(level: str, country: str, population: int | None) -> float:
    """Decimal logarithm of the population, and more for what people look for more often."""
    groups = 0.0 if level in _GROUPS else math.log10((population or 0) + 10)
    return _LEVEL_WEIGHT[Level(level)] + groups + (1.5 if country in HOME else 0)
