"""What a source's columns mean, as data.

A mapping says, for each field of an Activity, where its value comes from:

    title = "Titre"                              a column; dots go down: "location.city"
    title = ["Titre", "Projet n° {Numéro}"]      the first that is not blank; {…} is a template
    status = { column = "Avancement", values = { FIN = "delivered" }, default = "unknown" }
    themes = { column = "Thématique", vocabulary = "paris" }
    skills = { column = "competences", split = ";" }
    remote = { value = "no" }                    the same for every record
    starts = { column = "startAt", day = true }  a day, whatever hour the source writes behind it
    point = { column = "xy", order = "lon,lat" } which of two coordinates in one value comes first

A column that does not exist in a row is blank there; that a mapped column exists in no row at
all is noticed by the run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harvesters.clean.values import blank
from harvesters.vocabularies import VOCABULARIES
from portal.vocabularies import STATUSES, Kind

TEXT_FIELDS = ("id", "title", "summary", "description", "lang", "organisation", "organisation_id", "source_url")
LINK_FIELDS = ("image", "website", "join_url")
PLACE_FIELDS = ("geometry", "lat", "lon", "point", "crs", "precision", "address", "postal_code", "area", "commune")
TIME_FIELDS = ("starts", "ends", "deadline", "opening_hours", "data_date", "source_modified")
PROJECT_FIELDS = ("edition", "budget", "currency", "votes", "stages", "parent_record_id")
MISSION_FIELDS = ("places", "rhythm", "schedule", "remote", "open_to_minors", "reduced_mobility", "skills")
FIELDS = (
    *TEXT_FIELDS, *LINK_FIELDS, *PLACE_FIELDS, *TIME_FIELDS, "status", "themes", *PROJECT_FIELDS, *MISSION_FIELDS,
)  # fmt: skip

_SLOT = re.compile(r"\{([^{}]+)\}")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """How one field is read from a row."""

    spec: Any

    @cached_property
    def _options(self) -> dict[str, Any]:
        return self.spec if isinstance(self.spec, dict) else {"column": self.spec}

    @cached_property
    def _columns(self) -> list[str]:
        column = self._options.get("column", [])
        return [column] if isinstance(column, str) else list(column)

    @cached_property
    def _words(self) -> dict[str, str]:
        named = VOCABULARIES.get(self._options.get("vocabulary", ""), {})
        return {_fold(word): ours for word, ours in {**named, **self._options.get("values", {})}.items()}

    @property
    def day_only(self) -> bool:
        """Whether the hours of a date mean nothing: many portals write a day as midnight UTC, or as any other hour."""
        return bool(self._options.get("day"))

    @property
    def order(self) -> str:
        """Which of two coordinates in one value comes first: `lat,lon` or `lon,lat`; "" for the usual one."""
        return str(self._options.get("order") or "")

    def is_composite(self, row: Row) -> bool:
        """Whether the value of a row is made of several columns by a template."""
        first = next((name for name in self._columns if "{" in name or not _empty(lookup(name, row))), "")
        return "{" in first

    @property
    def names(self) -> set[str]:
        """The columns that this reads, as the mapping writes them."""
        return {name for column in self._columns for name in _SLOT.findall(column) or [column]}

    @property
    def columns(self) -> set[str]:
        """The top-level columns that this reads."""
        return {name.split(".")[0] for name in self.names}

    def raw(self, row: Row) -> Any:
        """The source's own value: of the first column or template that is not blank, or None."""
        if "value" in self._options:
            return self._options["value"]
        values = (_fill(column, row) if "{" in column else lookup(column, row) for column in self._columns)
        return next((value for value in values if not _empty(value)), None)

    def one(self, row: Row) -> Any:
        """The value in our words, where a vocabulary is given; else as it came."""
        raw = self.raw(row)
        if not self._words:
            return self._options.get("default") if raw is None else raw
        default = self._options.get("default")
        return default if raw is None else self._words.get(_fold(raw), default)

    def many(self, row: Row) -> list[Any]:
        """The source's own values as a list, cut at `split` where the source writes them into one text."""
        raw = self.raw(row)
        if raw is None:
            return []
        separator = self._options.get("split")
        if isinstance(raw, str) and separator:
            return [part.strip() for part in raw.split(separator) if part.strip()]
        return list(raw) if isinstance(raw, (list, tuple)) else [raw]

    def translated(self, row: Row) -> list[str]:
        """Our words for the source's values; those that a given vocabulary does not know are left out."""
        default = self._options.get("default")
        words = (self._words.get(_fold(value), default) if self._words else value for value in self.many(row))
        return list(dict.fromkeys(str(word) for word in words if word))


def readers(mapping: Mapping[str, Any]) -> dict[str, Reader]:
    """A Reader for each field that the mapping names, `stages` left aside."""
    return {field: Reader(spec) for field, spec in mapping.items() if field != "stages"}


def stage_readers(mapping: Mapping[str, Any]) -> dict[str, Reader]:
    """Where the date of each stage of a project's life is, by our status word, in the order of a project's life."""
    stages = mapping.get("stages", {})
    return {stage: Reader(stages[stage]) for stage in STATUSES[Kind.PROJECT] if stage in stages}


def lookup(column: str, row: Row) -> Any:
    """The value of a column: by its whole name, else down the dots; None where there is nothing."""
    if column in row:
        return row[column]
    value: Any = row
    for part in column.split("."):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping):
            value = value.get(part)
        else:
            return None
    return value


def keeps(filter_: Mapping[str, Any], row: Row) -> bool:
    """Whether the source's filter lets the row in: every `keep` condition holds and no `drop` one does."""
    if not all(_holds(condition, row) for condition in filter_.get("keep", [])):
        return False
    return not any(_holds(condition, row) for condition in filter_.get("drop", []))


def _holds(condition: Mapping[str, Any], row: Row) -> bool:
    value = lookup(condition["column"], row)
    text = "" if value is None else str(value).strip()
    if "in" in condition:
        return text in {str(word) for word in condition["in"]}
    return re.search(condition["matches"], text) is not None


def _fill(template: str, row: Row) -> str | None:
    """The template with its columns filled in; None when all of them are blank."""
    values = {name: lookup(name, row) for name in _SLOT.findall(template)}
    if all(_empty(value) for value in values.values()):
        return None
    filled = _SLOT.sub(lambda match: "" if _empty(values[match[1]]) else str(values[match[1]]).strip(), template)
    return " ".join(filled.split()).strip(" ,;-")


def _empty(value: Any) -> bool:
    return blank(value) or value in ([], {})


def _fold(value: object) -> str:
    return " ".join(str(value).casefold().split())
