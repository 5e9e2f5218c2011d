"""A row becomes an unsaved Activity, by the source's mapping.

Without an id or a title there is no Activity: Refused. Any other value that cannot be read is
left out and remarked, so that one bad date never costs the record.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from harvesters.clean import text, values
from harvesters.geocoding import Placer
from harvesters.http import Client
from harvesters.mapping import readers, stage_readers
from harvesters.mapping.columns import Columns
from harvesters.mapping.location import SHARED_LIMIT, Locator
from harvesters.mapping.remarks import Refused, Remarks
from harvesters.protocols import Row
from portal.models import Activity, Source
from portal.staging import Stage
from portal.vocabularies import STATUSES, Kind, Remote, Rhythm, Status, Theme

LINES = {"summary": 400, "organisation": 300, "opening_hours": 500, "schedule": 200}
LINKS = ("image", "website", "join_url")
NUMBERS = {"edition": values.integer, "budget": values.amount, "votes": values.integer, "places": values.integer}
BOOLEANS = ("open_to_minors", "reduced_mobility")
YEAR_MAX = 2200
SKILL_MAX = 200
CURRENCY = re.compile(r"[A-Z]{3}")
DAY_LENGTH = len("2026-11-28")


class Recorder:
    """Turns the rows of one source into Activities; what it noticed is in `remarks`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.remarks = Remarks()
        self.readers = readers(source.mapping)
        self.stages = stage_readers(source.mapping)
        self.zone = ZoneInfo(source.timezone)
        crs = self.readers["crs"].one({}) if "crs" in self.readers else None
        self.locator = Locator(source.territory, self.readers, self.remarks, int(crs) if crs else None)
        self.columns = Columns(self.readers)
        self._columns_met: set[str] = set()

    def activity(self, row: Row) -> Activity:
        """The Activity of a row. Raises Refused."""
        self._columns_met.update(row.data)
        if row.problem:
            raise Refused("unreadable", row.problem)
        self.columns.meet(row.data)
        activity = Activity(source=self.source, kind=self.source.kind, licence=self.source.licence)
        activity.source_record_id = self._required("id", self.record_id(row))
        activity.title = self._required("title", text.public_line(self._raw("title", row)))
        self._words(activity, row)
        self._dates(activity, row)
        self._numbers(activity, row)
        self._choices(activity, row)
        self.locator.locate(activity, row)
        return activity

    def record_id(self, row: Row) -> str:
        """The record's id at the source, or "" where it has none."""
        reader = self.readers["id"]
        value = reader.raw(row.data)
        return text.composite(value) if reader.is_composite(row.data) else text.identifier(value)

    def placer(self, client: Client) -> Placer:
        """What asks the source's geocoder, if it has one."""
        stated = "precision" in self.readers
        return Placer(self.source.options, client, self.remarks, home=self.locator.sole, stated=stated)

    def finish(self, stage: Stage) -> None:
        """What only the whole of a run can tell."""
        limit = self.source.options.get("shared_limit", SHARED_LIMIT)
        if limit > 0:
            stage.replace(self._unpinned(stage.crowded(limit)))
        if self._columns_met:
            self._report_missing_columns()

    def _unpinned(self, crowded: Iterable[tuple[Activity, int]]) -> Iterator[Activity]:
        for activity, many in crowded:
            self.locator.unpin(activity, many)
            yield activity

    def _report_missing_columns(self) -> None:
        for field, reader in {**self.readers, **{f"stages.{key}": value for key, value in self.stages.items()}}.items():
            missing = sorted(reader.columns - self._columns_met)
            if missing and not reader.columns & self._columns_met:
                self.remarks.add(f"«{field}» is always blank: no record has a column «{missing[0]}»")

    def _required(self, field: str, found: str) -> str:
        if not found:
            raise Refused(f"no-{field}", f"the record has no {field}: {self._columns(field)} is blank or no text")
        return found

    def _columns(self, field: str) -> str:
        return ", ".join(f"«{name}»" for name in sorted(self.readers[field].columns)) or f"«{field}»"

    def _words(self, activity: Activity, row: Row) -> None:
        for field, limit in LINES.items():
            setattr(activity, field, text.public_line(self._raw(field, row), limit))
        for field in LINKS:
            setattr(activity, field, text.url(self._raw(field, row)))
        activity.description = text.paragraphs(self._raw("description", row))
        activity.organisation_id = text.line(self._raw("organisation_id", row), 80)
        activity.lang = text.line(self._one("lang", row) or self.source.lang, 5)
        activity.skills = text.words(self._many("skills", row), SKILL_MAX)
        activity.parent_record_id = text.line(self._raw("parent_record_id", row), 300)
        pages = (self._raw("source_url", row), self.source.page, row.data.get("_dataset_url"), self.source.uid)
        activity.source_url = next((page for page in map(text.url, pages) if page), self.source.uid)

    def _dates(self, activity: Activity, row: Row) -> None:
        activity.starts = self._moment("starts", row, activity)
        activity.ends = self._moment("ends", row, activity, end_of_day=True)
        activity.deadline = self._moment("deadline", row, activity, end_of_day=True)
        activity.source_modified = self._moment("source_modified", row, activity)
        activity.data_date = self._read("data_date", row, activity, lambda value: values.day(value, self.zone))
        if activity.starts and activity.ends and activity.ends < activity.starts:
            self.remarks.add("the end is before the start: left out", activity.source_record_id)
            activity.ends = None
        dated = ((stage, values.partial_date(reader.raw(row.data))) for stage, reader in self.stages.items())
        activity.stages = [{"stage": stage, "date": date} for stage, date in dated if date]

    def _moment(self, field: str, row: Row, activity: Activity, end_of_day: bool = False) -> datetime | None:
        reader = self.readers.get(field)
        shown = slice(DAY_LENGTH) if reader and reader.day_only else slice(None)

        def read(value: Any) -> datetime | None:
            return values.moment(value[shown] if isinstance(value, str) else value, self.zone, end_of_day)

        moment: datetime | None = self._read(field, row, activity, read)
        return moment

    def _numbers(self, activity: Activity, row: Row) -> None:
        for field, read in NUMBERS.items():
            setattr(activity, field, self._read(field, row, activity, read))
        for field in BOOLEANS:
            setattr(activity, field, self._read(field, row, activity, values.boolean))
        if activity.edition is not None and not 1900 <= activity.edition < YEAR_MAX:
            self.remarks.add(f"the edition {activity.edition} is not a year: left out", activity.source_record_id)
            activity.edition = None
        self._money(activity, row)

    def _money(self, activity: Activity, row: Row) -> None:
        """An amount without its currency means nothing."""
        currency = text.line(self._one("currency", row)).upper()
        activity.currency = currency if activity.budget is not None and CURRENCY.fullmatch(currency) else ""
        if activity.budget is not None and not activity.currency:
            self.remarks.add(
                "«budget» left out: it comes without a currency of three letters", activity.source_record_id
            )
            activity.budget = None

    def _choices(self, activity: Activity, row: Row) -> None:
        activity.status_source = text.public_line(self._raw("status", row), 100) if self._mapped("status") else ""
        allowed = tuple(STATUSES[Kind(self.source.kind)])
        activity.status = self._choice("status", row, activity, allowed, Status.UNKNOWN)
        activity.remote = self._choice("remote", row, activity, tuple(Remote), Remote.NO)
        activity.rhythm = self._choice("rhythm", row, activity, tuple(Rhythm), "")
        if reader := self.readers.get("themes"):
            activity.themes_source = text.words(reader.many(row.data)) if reader.columns else []
            activity.themes = [theme for theme in reader.translated(row.data) if theme in tuple(Theme)]

    def _choice(self, field: str, row: Row, activity: Activity, allowed: tuple[str, ...], default: str) -> str:
        word = self._one(field, row)
        if word is None or word in allowed:
            return word or default
        self.remarks.add(
            f"«{field}»: the word «{text.line(word, 60)}» is not known: left out", activity.source_record_id
        )
        return default

    def _mapped(self, field: str) -> bool:
        return field in self.readers and bool(self.readers[field].columns)

    def _read(self, field: str, row: Row, activity: Activity, read: Callable[[Any], Any]) -> Any:
        try:
            return read(self._one(field, row))
        except values.Unreadable as error:
            self.remarks.add(f"«{field}» left out: {error}", activity.source_record_id)
            return None

    def _raw(self, field: str, row: Row) -> Any:
        reader = self.readers.get(field)
        return reader.raw(row.data) if reader else None

    def _one(self, field: str, row: Row) -> Any:
        reader = self.readers.get(field)
        return reader.one(row.data) if reader else None

    def _many(self, field: str, row: Row) -> list[Any]:
        reader = self.readers.get(field)
        return reader.many(row.data) if reader else []
