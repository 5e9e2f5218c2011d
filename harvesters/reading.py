"""What a protocol gives: rows, and how their reading ended."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harvesters.clean.tidy import tidy_text
from harvesters.errors import PortalError

NOTES_MAX = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the portal gave it.

    position: 1 for the first record of the answer; for messages to people, never an identity.
    data: the portal's own names and values (text stays text). Names that start with "_" are ours:
        `_id` (a GeoJSON feature's id), `_dataset_id`, `_dataset_title`, `_dataset_name`, `_dataset_url`,
        `_dataset_licence`, `_dataset_modified`, `_resource_id`, `_resource_url` (catalogues; some `_dataset_*` ones
        also for Opendatasoft).
    geometry: a GeoJSON geometry in EPSG:4326 (longitude, latitude), or None.
    problem: why this record could not be read, in words; "" when it could. Its data are then what could be saved.
    """

    position: int
    data: dict[str, Any]
    geometry: dict[str, Any] | None = None
    problem: str = ""


class Reading:
    """The rows of one reading: iterate it once, then ask how it ended.

    Iterating raises PortalError only when not one row could be had; a failure after that ends the rows
    and is told in `why_not`.

    announced: how many records the portal said there were, when it said.
    expected: about how many rows the file holds, for a progress bar; None when that is not known before its end.
    complete: the end was seen, and as many rows came as were announced.
    why_not: why it is not complete, in words; "" when it is. `code` says it for programs (`portal/reasons.py`).
    notes: remarks for the run's report (encoding found out, geometries reprojected, ...).
    unchanged: the portal said that nothing changed since `source.validators`; there are no rows then.
    validators: what to keep in `source.validators` after a complete run.
    """

    def __init__(self, rows: Callable[["Reading"], Iterator[Row]]) -> None:
        self._rows = rows
        self.announced: int | None = None
        self.expected: int | None = None
        self.complete = False
        self.why_not = self.code = ""
        self.notes: list[str] = []
        self.unchanged = False
        self.validators: dict[str, Any] = {}
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        try:
            for row in self._rows(self):
                self.count += 1
                yield row
        except PortalError as error:
            if not self.count:
                raise
            self.stop(str(error), error.code)
        self.stop(self._shortfall())
        self.complete = not self.why_not

    def note(self, text: str) -> None:
        """Add a remark to the run's report, once."""
        text = tidy_text(text) if len(self.notes) < NOTES_MAX else "There were more remarks than can be told."
        if text not in self.notes:
            self.notes.append(text)

    def expect(self, more: int) -> None:
        """Say that about so many rows are still to come."""
        self.expected = self.count + more

    def stop(self, why_not: str, code: str = "incomplete") -> None:
        """Say why this reading cannot be complete; the first reason stays."""
        if why_not and not self.why_not:
            self.why_not, self.code = tidy_text(why_not), code

    def _shortfall(self) -> str:
        if self.unchanged:
            return ""
        if self.announced is not None and self.count != self.announced:
            return f"The portal announced {self.announced} records and {self.count} came."
        if not self.count:
            return "The portal answered properly, but without a single record."
        return ""
