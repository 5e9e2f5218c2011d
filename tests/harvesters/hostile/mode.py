"""What a misbehaviour is: a name, what it spoils, and how a run over it may end."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tests.harvesters.rude import Behaviour

Record = dict[str, Any]
FILES = ("csv", "json", "geojson")
APIS = ("export", "records", "ckan", "ogcapi")
PAGED = ("records", "ckan", "ogcapi")
ALL = (*FILES, *APIS)
TEXTS = (*FILES, "export")


@dataclass(frozen=True)
class Page:
    """One page of an answer in pages. `next`: the address of the next one, of portals that give it."""

    items: Any
    total: Any
    offset: int
    limit: int
    next: str | None = None


@dataclass(frozen=True)
class Mode:
    """One misbehaviour.

    ends: (status, error code) of the runs that are right; a complete one has no code.
    kinds: of portals that can behave so.
    records, page, body, wire: what is done to the records, to a page, to the bytes of the data, to their sending.
    everywhere: to every answer of the portal, not to its data alone.
    touches: whether what is published may change: those records whose data changed, all of them, or none.
    alone: of seven records, how many others must come through a bad one.
    """

    name: str
    ends: Collection[tuple[str, str]]
    kinds: Collection[str] = ALL
    records: Callable[[list[Record]], list[Record]] | None = None
    page: Callable[[Page, "Place"], Page] | None = None
    body: Callable[[bytes, "Place"], bytes] | None = None
    wire: Callable[[bytes, "Place"], Behaviour] | None = None
    headers: tuple[str, ...] = ()
    everywhere: bool = False
    touches: str = "changed"


@dataclass(frozen=True)
class Place:
    """Where a misbehaviour happens: the portal's address, the canary's, how often this path was asked before."""

    url: str
    canary: str
    path: str
    count: int
    parameters: dict[str, str] = field(default_factory=dict)


COMPLETE = [("complete", "")]


def failed(*codes: str) -> list[tuple[str, str]]:
    return [("failed", code) for code in codes]


def partial(*codes: str) -> list[tuple[str, str]]:
    return [("partial", code) for code in codes]


def each(change: Callable[[Record], Record]) -> Callable[[list[Record]], list[Record]]:
    """All records changed."""
    return lambda records: [change(dict(record)) for record in records]


def one(**values: Any) -> Callable[[list[Record]], list[Record]]:
    """The third record changed, the other six as they were."""
    return lambda records: [record | values if place == 2 else record for place, record in enumerate(records)]
