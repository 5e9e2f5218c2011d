"""Numbers, shares and lists inside the evidence, written as in the reader's language."""

from collections.abc import Iterable

from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language

THIN_SPACE, SPACE = "\u202f", "\u00a0"


def percent(share: float) -> str:
    """A share (0 to 1) in per cent: «85 %», “85%”."""
    return format_percent(share, locale=_locale()).replace(THIN_SPACE, SPACE)


def number(value: float) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(round(value), locale=_locale()).replace(THIN_SPACE, SPACE)


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, behind one another."""
    sign = f"{SPACE}; " if _locale() == "fr" else "; "
    return sign.join(part for part in parts if part)


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)


def _locale() -> str:
    return (get_language() or "en").partition("-")[0]
