"""What the values of a column can be: a title, a date, a sum... each with the share of them that fit, and why.

Every function here takes a column and gives a share, 0 (it cannot be that) to 1, and words for people.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from harvesters.clean import values
from harvesters.discovery.choices import status_share, theme_share
from harvesters.discovery.columns import Column
from harvesters.discovery.ground import POSTCODES, share_of_towns
from harvesters.discovery.telling import number, percent

_UTC = ZoneInfo("UTC")
_POSTCODE = re.compile(r"^(?:F-|B-|L-|CH-|PL-)?\d{4,6}(?:\.0)?$|^\d{2}-\d{3}$")
_STREET = re.compile(
    r"(?i)(?:\b(?:rue|av|ave|avenue|boul|boulevard|bd|chemin|place|quai|route|all[ée]e|cours|square|street|st|road|rd|"
    r"drive|dr|lane|laan|weg|plein|ul|calle|carrer|pla[çc]a|plaza|impasse|passage|faubourg)\b|\w+(?:straat|laan|weg|"
    r"plein|strasse|straße)\b|^\d{1,5}[ ,]|\d{1,4}[a-z]?$)"
)
_STREET_WORD = re.compile(
    r"(?i)\b(?:rue|avenue|boulevard|chemin|route|st|street|rd|road|dr|drive|ln|lane|ave|blvd|straat|laan|ul|calle)\b"
)
_CODE = re.compile(r"^\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?$")
_BCE = re.compile(r"^\d{4}\.\d{3}\.\d{3}$")
_SLUG = re.compile(r"^[a-z0-9]+(?:[-_][a-z0-9]+){2,}$")


def _share(words: str, share: float) -> str:
    return words % {"share": percent(share)}


def _count(words: str, column: Column) -> str:
    return words % {"count": number(len(column.counts))}


def a_title(column: Column) -> tuple[float, str]:
    """Short texts, most of them different."""
    if column.share_links > 0.2 or column.share(_LETTERS_FREE) > 0.6 or column.share_numbers > 0.5:
        return 0.0, ""
    if not 2 <= column.length <= 250 or column.share(_BCE) > 0.5:
        return 0.0, ""
    share = 0.3 + 0.7 * min(1.0, column.share_distinct * 1.25)
    if is_date(column)[0] > 0.5 or column.has_markup:
        return 0.0, ""
    if column.is_of_list or column.share(_SLUG) > 0.5:
        share *= 0.5
    if column.share_found(_STREET_WORD) > 0.7:
        share *= 0.2
    if column.share(_CODE) > 0.5:
        return 0.0, ""
    words = _("%(share)s de ses textes diffèrent, de %(length)s caractères d’ordinaire")
    return share, words % {"share": percent(column.share_distinct), "length": number(column.length)}


_LETTERS_FREE = re.compile(r"^[\W\d_]*$")


def a_text(column: Column) -> tuple[float, str]:
    if column.share_links > 0.5 or column.share_numbers > 0.5 or not column.texts:
        return 0.0, ""
    share = 1.0 if column.has_markup or column.length >= 80 else 0.75 if column.length >= 30 else 0.4
    if column.rows >= 30 and column.share_distinct < 0.1 and column.length < 80:
        return 0.0, ""  # the same few words again and again: a kind of thing, not a description
    words = _("des textes de %(length)s caractères d’ordinaire")
    if column.has_markup:
        words = _("des textes de %(length)s caractères d’ordinaire, avec des balises")
    return share, words % {"length": number(column.length)}


def an_address(column: Column) -> tuple[float, str]:
    if column.share_links > 0.2 or column.share_numbers > 0.5 or column.length > 200:
        return 0.0, ""
    share = column.share_found(_STREET)
    return (share, _share(_("%(share)s ressemblent à des rues ou à des numéros"), share)) if share >= 0.2 else (0.0, "")


def a_postcode(column: Column) -> tuple[float, str]:
    share = max(column.share(pattern) for pattern in (_POSTCODE, *POSTCODES.values()))
    return (share, _share(_("%(share)s ont la forme d’un code postal"), share)) if share >= 0.5 else (0.0, "")


def a_commune(column: Column) -> tuple[float, str]:
    if column.share_numbers > 0.3 or column.length > 60 or column.share_links > 0.2:
        return 0.0, ""
    share = share_of_towns(column)
    return max(share, 0.3), _share(_("le répertoire des lieux connaît %(share)s de ses noms"), share)


def an_area(column: Column) -> tuple[float, str]:
    if column.length > 80 or column.share_links > 0.2 or is_decimal(column):
        return 0.0, ""
    few = 1.0 - min(1.0, column.share_distinct)
    return max(few, 0.3), _count(_("valeurs différentes : %(count)s"), column)


def is_date(column: Column) -> tuple[float, str]:
    """The share of the values that are dates with at least a month."""
    dated = [text for text in column.texts if len(text) >= 7 and _moment(text) is not None]
    share = len(dated) / len(column.texts) if column.texts else 0.0
    return (share, _share(_("%(share)s sont des dates"), share)) if share >= 0.5 else (0.0, "")


def _moment(text: str) -> datetime | None:
    try:
        return values.moment(text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else text, _UTC)
    except values.Unreadable:
        return None


def an_amount(column: Column) -> tuple[float, str]:
    read = [number for number in map(_amount, column.texts) if number is not None]
    share = len(read) / len(column.texts) if column.texts else 0.0
    if share < 0.8 or is_date(column)[0] > 0.5:
        return 0.0, ""
    words = _("%(share)s sont des montants, le plus grand de %(largest)s")
    return share, words % {"share": percent(share), "largest": number(max(read, default=0))}


def _amount(text: str) -> float | None:
    try:
        amount = values.amount(text)
    except values.Unreadable:
        return None
    return None if amount is None else float(amount)


def is_decimal(column: Column) -> bool:
    """Whether its numbers have decimals."""
    return column.share_numbers > 0.5 and any(number != int(number) for number in column.numbers)


def a_count(column: Column) -> tuple[float, str]:
    whole = [number for number in column.numbers if number == int(number) and 0 <= number < 10**8]
    share = len(whole) / len(column.texts) if column.texts else 0.0
    return (share, _share(_("%(share)s sont des nombres entiers"), share)) if share >= 0.8 else (0.0, "")


def a_year(column: Column) -> tuple[float, str]:
    years = [number for number in column.numbers if number == int(number) and 1950 <= number <= 2100]
    share = len(years) / len(column.texts) if column.texts else 0.0
    return (share, _share(_("%(share)s sont des années"), share)) if share >= 0.8 else (0.0, "")


def a_status(column: Column) -> tuple[float, str]:
    share = status_share(column)
    few = len(column.counts) <= 25 and column.length <= 40
    said = _("mots différents : %(count)s") % {"count": len(column.counts)}
    return (max(share, 0.2), said) if few else (0.0, "")


def a_theme(column: Column) -> tuple[float, str]:
    known = theme_share(column)
    lists = any(isinstance(value, list) for value in column.filled[:20])
    few = lists or len(column.counts) <= 80 or column.share_distinct < 0.3
    if not few or column.share_links > 0.2 or column.share_numbers > 0.5 or column.length > 120:
        return 0.0, ""
    words = _("mots différents : %(count)s ; %(share)s des fiches ont un thème connu ici")
    return max(known, 0.4), words % {"count": len(column.counts), "share": percent(known)}


def an_organisation(column: Column) -> tuple[float, str]:
    if (
        column.share_numbers > 0.3
        or column.share_links > 0.2
        or column.length > 150
        or column.share(_LETTERS_FREE) > 0.5
    ):
        return 0.0, ""
    return (0.8, _count(_("noms différents : %(count)s"), column)) if column.length >= 3 else (0.0, "")


def a_link(column: Column) -> tuple[float, str]:
    share = column.share_links
    return (share, _share(_("%(share)s sont des adresses web"), share)) if share >= 0.5 else (0.0, "")


def a_currency(column: Column) -> tuple[float, str]:
    share = column.share(re.compile(r"^[A-Za-z]{3}$"))
    return (share, _share(_("%(share)s sont des codes de trois lettres"), share)) if share >= 0.9 else (0.0, "")


def a_remark(column: Column) -> tuple[float, str]:
    return (0.8, _count(_("textes différents : %(count)s"), column)) if column.share_links < 0.2 else (0.0, "")


def yes_or_no(column: Column) -> tuple[float, str]:
    share = sum(1 for text in column.texts if text.lower() in values.YES | values.NO) / max(len(column.texts), 1)
    return (share, _share(_("%(share)s disent oui ou non"), share)) if share >= 0.8 else (0.0, "")


def a_remote(column: Column) -> tuple[float, str]:
    share = column.share(re.compile(r"(?:no|possible|full|local)$"))
    return (share, _share(_("%(share)s sont des mots d’API Engagement"), share)) if share >= 0.9 else (0.0, "")


Fit = Callable[[Column], tuple[float, str]]
FITS: dict[str, Fit] = {
    "title": a_title,
    "description": a_text,
    "address": an_address,
    "postal_code": a_postcode,
    "commune": a_commune,
    "area": an_area,
    "starts": is_date,
    "ends": is_date,
    "deadline": is_date,
    "data_date": is_date,
    "budget": an_amount,
    "currency": a_currency,
    "status": a_status,
    "themes": a_theme,
    "organisation": an_organisation,
    "website": a_link,
    "source_url": a_link,
    "join_url": a_link,
    "image": a_link,
    "edition": a_year,
    "votes": a_count,
    "places": a_count,
    "opening_hours": a_remark,
    "schedule": a_remark,
    "remote": a_remote,
    "open_to_minors": yes_or_no,
    "reduced_mobility": yes_or_no,
}
