"""A record as the oracle knows it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import shapely

LOCATED = ("exact", "street", "place")
AREAL = ("district", "commune", "citywide")
PLACELESS = ("remote", "unknown")


@dataclass(frozen=True)
class Ground:
    """An area: its code, and its shape in EPSG:4326."""

    code: str
    shape: Any


@dataclass(frozen=True)
class Origin:
    """A source, as features speak of it."""

    slug: str
    uid: str
    title: str
    licence_url: str = ""


@dataclass(frozen=True, eq=False)
class Record:
    """`shape` is its own place (shapely, EPSG:4326), `ground` the area that it concerns; `words` are its lexemes."""

    public_id: UUID
    record_id: str
    origin: Origin
    kind: str
    title: str
    status: str
    precision: str
    remote: str = "no"
    lang: str = "fr"
    summary: str = ""
    themes: tuple[str, ...] = ()
    shape: Any = None
    ground: Ground | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    changed: datetime | None = None
    withdrawn: datetime | None = None
    cluster: int | None = None
    rank: int = 0
    words: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Longitude and latitude of its points; none when it is a line, a polygon or nowhere."""
        if self.shape is None or self.shape.geom_type not in ("Point", "MultiPoint"):
            return ()
        return tuple((float(x), float(y)) for x, y in shapely.get_coordinates(self.shape))

    @property
    def drawn(self) -> Any:
        """The geometry of its feature."""
        return self.ground.shape if self.ground and self.precision in AREAL else self.shape
