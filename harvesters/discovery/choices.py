"""The words of a status or theme column, and what they are in ours: by a vocabulary that is here, or by their stems."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from geo.names import fold
from harvesters.discovery.columns import Column
from harvesters.discovery.telling import percent, quoted
from harvesters.vocabularies import VOCABULARIES
from portal.vocabularies import STATUSES, Kind, Status, Theme

STEMS: dict[str, dict[str, list[str]]] = tomllib.loads((Path(__file__).parent / "choice_words.toml").read_text("utf-8"))
SEPARATORS = (";", "|", ",")
COVERED_FROM = 0.8
WORDS_MAX = 60
TRANSLATED = ("status", "themes")
"""Fields whose words become ours."""
YES, NO = {"1", "oui", "yes", "true", "ja", "tak", "si", "vrai"}, {"0", "non", "no", "false", "nee", "nie", "faux"}
YES_STATUS = {Kind.PROJECT: ("selected", "not_selected"), Kind.INITIATIVE: ("active", "closed")}


def separator_of(column: Column) -> str:
    """What stands between several values in one text: the sign that makes the parts repeat; "" for none."""
    whole = len(set(column.texts))
    for sign in SEPARATORS:
        with_sign = sum(1 for text in column.texts if sign in text)
        parts = {part.strip() for text in column.texts for part in text.split(sign)}
        if with_sign >= 0.15 * len(column.texts) and len(parts) < max(whole, 2) and with_sign > 1:
            return sign
    return ""


def words_of(column: Column) -> list[str]:
    """The single words of the column, each as often as it stands there."""
    sign = separator_of(column)
    texts: Iterable[Any] = column.filled
    flat = [part for value in texts for part in (value if isinstance(value, list) else [value])]
    plain = [str(part) for part in flat if isinstance(part, (str, int, float))]
    return [part.strip() for text in plain for part in (text.split(sign) if sign else [text]) if part.strip()]


@cache
def theme_of(word: str) -> str:
    """Our theme for a word, by its stems; "" when it says nothing to us."""
    return _by_stem(word, STEMS["themes"])


@cache
def status_of(word: str, kind: Kind) -> str:
    """Our status for a word, of those that this kind of activity may have."""
    allowed = {status.value for status in STATUSES[kind]}
    return _by_stem(word, {status: stems for status, stems in STEMS["status"].items() if status in allowed})


def _by_stem(word: str, stems: Mapping[str, list[str]]) -> str:
    text = f" {fold(word)}"
    return next((ours for ours, some in stems.items() if any(f" {stem}" in text for stem in some)), "")


def theme_share(column: Column) -> float:
    """The share of the column's words that have a theme here."""
    words = words_of(column)[:400]
    named = _vocabulary(words)[1]
    by_stem = sum(1 for word in words if theme_of(word)) / len(words) if words else 0.0
    return max(named, by_stem)


def status_share(column: Column) -> float:
    words = [text.lower() for text in column.texts]
    known = sum(1 for word in words if word in YES | NO or any(status_of(word, kind) for kind in Kind))
    return known / len(words) if words else 0.0


def _vocabulary(words: list[str]) -> tuple[str, float]:
    """The vocabulary that knows most of the words, and the share that it knows."""
    best = ("", 0.0)
    for name, known in VOCABULARIES.items():
        if not set(known.values()) <= set(Theme.values):
            continue
        folded = {fold(word) for word in known}
        share = sum(1 for word in words if fold(word) in folded) / len(words) if words else 0.0
        best = max(best, (name, share), key=lambda one: one[1])
    return best


def themes_spec(column: Column) -> tuple[dict[str, Any], str]:
    """How the themes are read from the column, and the words that stay without one."""
    words = words_of(column)
    name, share = _vocabulary(words)
    spec: dict[str, Any] = {"column": column.name}
    if sign := separator_of(column):
        spec["split"] = sign
    if share >= COVERED_FROM:
        words_known = _("le vocabulaire « %(name)s » connaît %(share)s des mots")
        return spec | {"vocabulary": name}, words_known % {"name": name, "share": percent(share)}
    usual = _usual(words)
    known = {word: theme_of(word) for word in usual if theme_of(word)}
    return spec | {"values": known, "default": "other"}, _left(usual, known)


def status_spec(column: Column, kind: Kind) -> tuple[dict[str, Any], str]:
    """How the status is read from the column, and the words that become «unknown»."""
    usual = [word for word, _count in column.counts.most_common(WORDS_MAX)]
    known = {word: _status(word, kind, set(map(str.lower, usual))) for word in usual}
    known = {word: ours for word, ours in known.items() if ours}
    return {"column": column.name, "values": known, "default": Status.UNKNOWN.value}, _left(usual, known)


def _status(word: str, kind: Kind, all_words: set[str]) -> str:
    if all_words <= YES | NO and kind in YES_STATUS:
        return YES_STATUS[kind][0 if word.lower() in YES else 1]
    return status_of(word, kind)


def _usual(words: list[str]) -> list[str]:
    """The different words, the commonest first."""
    return [word for word, _count in sorted(Counter(words).items(), key=lambda one: (-one[1], one[0]))][:WORDS_MAX]


def translated(name: str, value: Any, columns: Sequence[Column], kind: Kind) -> Any:
    """What a person said of a field; the words of a column of statuses or themes are translated."""
    if name == "status" and isinstance(value, dict) and isinstance(value.get("values"), dict):
        return _fitting(value, columns, kind)
    column = _named(value, columns)
    if column is None or name not in TRANSLATED:
        return value
    return status_spec(column, kind)[0] if name == "status" else themes_spec(column)[0]


def _fitting(spec: dict[str, Any], columns: Sequence[Column], kind: Kind) -> dict[str, Any]:
    """The entry without the statuses of another kind, chosen before the kind was; their words are looked up again."""
    strange = [one for one in Status.values if one not in STATUSES[kind]]
    values = {theirs: ours for theirs, ours in spec["values"].items() if ours not in strange}
    column = _named(spec.get("column"), columns)
    if column is not None and len(values) < len(spec["values"]):
        values = status_spec(column, kind)[0]["values"] | values
    return spec | {"values": values}


def words_to_translate(spec: Any, columns: Sequence[Column]) -> list[str]:
    """The words of the column that the entry of a mapping reads; none for another entry."""
    column = _named(spec.get("column") if isinstance(spec, dict) else spec, columns)
    return _usual(words_of(column)) if column else []


def _named(name: Any, columns: Sequence[Column]) -> Column | None:
    return next((column for column in columns if column.name == name), None)


def _left(words: list[str], known: Mapping[str, str]) -> str:
    rest = [word for word in words if word not in known]
    if not rest:
        return _("tous les mots sont traduits")
    said = {"known": len(known), "count": len(words), "words": quoted(word[:40] for word in rest[:5])}
    return _("mots traduits : %(known)s sur %(count)s, sauf %(words)s") % said
