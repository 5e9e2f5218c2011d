"""What a format is given: a question's whole answer, and the sources that it comes from.

Formats know nothing of the database: they read an Answer, and give the bytes of a file.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

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
