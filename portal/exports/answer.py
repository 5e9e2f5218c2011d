"""What a format is given: a question's whole answer, and the sources that it comes from.

Formats know nothing of the database: they read an Answer, and give the bytes of a file.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import orjson

Feature = dict[str, Any]


class Credit(NamedTuple):
    """A source that the answer has records of: whom to name, under which licence."""

    source: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    page: str
    records: int

    @property
    def line(self) -> str:
        """`Ville de Mons: Missions de Mons. CC BY 4.0 <https://…>`: enough to comply with the licence."""
        terms = f"{self.licence} <{self.licence_url}>" if self.licence_url else self.licence
        return f"{self.publisher}: {self.title}. {terms}"


class Answer(Protocol):
    """A question's whole answer. Its features can be asked for more than once."""

    @property
    def name(self) -> str:
        """`missions`: for names of files."""
        ...

    @property
    def url(self) -> str:
        """Absolute address that gives this answer in this format."""
        ...

    @property
    def title(self) -> str: ...

    @property
    def version(self) -> int:
        """Of the data: the same number, the same answer."""
        ...

    @property
    def changed(self) -> datetime:
        """When the data became that version."""
        ...

    @property
    def credits(self) -> Sequence[Credit]: ...

    def features(self) -> Iterator[Feature]:
        """GeoJSON Features (EPSG:4326) as `json` would parse them, in the answer's order.

        Their properties are `portal.api.features.PROPERTIES`, with `distance_m` when asked from a point.
        """
        ...

    def texts(self) -> Iterator[bytes]:
        """The same Features as JSON text in UTF-8, one a piece, without line breaks."""
        ...

    def lines(self, end: bytes) -> Iterator[bytes]:
        """The same as lines of CSV, formulas disarmed, each followed by `end`, many in a piece."""
        ...

    def newest(self, most: int) -> list[Feature]:
        """Those that changed last, the latest first."""
        ...


@dataclass
class ListAnswer:
    """An Answer of features at hand."""

    items: Sequence[Feature] = ()
    name: str = "all"
    url: str = "https://parages.example/api/collections/all/items"
    title: str = "Parages"
    version: int = 1
    changed: datetime = field(default_factory=lambda: datetime(2026, 10, 1, 4, tzinfo=UTC))

    def features(self) -> Iterator[Feature]:
        yield from self.items

    def texts(self) -> Iterator[bytes]:
        yield from map(orjson.dumps, self.items)

    def lines(self, end: bytes) -> Iterator[bytes]:
        raise NotImplementedError("lines of CSV come out of the database alone")

    def newest(self, most: int) -> list[Feature]:
        # Moments are compared as moments: their texts may be in different zones.
        return heapq.nlargest(most, self.items, key=_changed)

    @cached_property
    def credits(self) -> Sequence[Credit]:
        return credits_of(self.items)


def credits_of(features: Iterable[Feature]) -> list[Credit]:
    """The sources of features, as the features tell them."""
    counts = Counter(_told(feature["properties"]) for feature in features)
    return [credit._replace(records=records) for credit, records in sorted(counts.items())]


def _told(properties: dict[str, Any]) -> Credit:
    names = ("source", "source_title", "publisher", "licence", "licence_url")
    slug, title, publisher, licence, licence_url = (str(properties[name]) for name in names)
    return Credit(slug, title, publisher, licence, licence_url, page="", records=0)


def _changed(feature: Feature) -> datetime:
    return datetime.fromisoformat(feature["properties"]["changed"])
