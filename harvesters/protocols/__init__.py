"""The contract of a protocol: one file in this folder with one function,

    def read(source: Source, client: Client) -> Reading

which fetches only through `client` and gives plain rows, as the portal names and writes things.
A protocol is found by the name of its file: `protocol = "ckan"` is `ckan.py`. There is no other list.
"""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from harvesters.errors import PortalError
from harvesters.http import Client
from portal.models import Source


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the portal gave it.

    position: 1 for the first record of the answer; for messages to people, never an identity.
    data: the portal's own names and values (text stays text). Names that start with "_" are ours:
        `_id` (a GeoJSON feature's id), `_dataset_id`, `_dataset_title`, `_dataset_name`, `_dataset_url`,
        `_dataset_licence`, `_dataset_modified`, `_resource_id`, `_resource_url` (CKAN; the `_dataset_*` ones
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
    complete: the end was seen, and as many rows came as were announced.
    why_not: why it is not complete, in words; "" when it is.
    notes: remarks for the run's report (encoding found out, geometries reprojected, ...).
    unchanged: the portal said that nothing changed since `source.validators`; there are no rows then.
    validators: what to keep in `source.validators` after a complete run.
    """

    def __init__(self, rows: Callable[["Reading"], Iterator[Row]]) -> None:
        self._rows = rows
        self.announced: int | None = None
        self.complete = False
        self.why_not = ""
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
            self.why_not = self.why_not or str(error)
        self.why_not = self.why_not or self._shortfall()
        self.complete = not self.why_not

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _shortfall(self) -> str:
        if self.unchanged:
            return ""
        if self.announced is not None and self.count != self.announced:
            return f"The portal announced {self.announced} records and {self.count} came."
        if not self.count:
            return "The portal answered properly, but without a single record."
        return ""


def names() -> list[str]:
    """The protocols there are: one per file of this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def read(source: Source, client: Client) -> Reading:
    """Read `source` by the protocol it names. Raises PortalError (unknown-protocol)."""
    if source.protocol not in names():
        raise PortalError(
            "unknown-protocol", f"There is no protocol “{source.protocol}”; there are: {', '.join(names())}."
        )
    reading: Reading = import_module(f"{__name__}.{source.protocol}").read(source, client)
    return reading
