"""What an empty answer offers instead: the nearest ones, and how far one must look."""

from dataclasses import dataclass, replace

from portal.models import Activity
from portal.pages import facts
from portal.pages.state import RADII_M, State
from portal.query import Query
from portal.results import Results

NEAREST = 10


@dataclass(frozen=True)
class Widening:
    """A larger radius, the count it gives, and its address."""

    radius: str
    count: int
    address: str


def nearest(query: Query) -> list[Activity]:
    """The ten nearest of the same question, however far."""
    if query.near is None:
        return []
    return Results(replace(query, radius_m=None, bbox=None)).located(0, NEAREST)


def widening(state: State) -> Widening | None:
    """The smallest of our radii that gives something."""
    query = state.query
    if query.near is None or query.radius_m is None:
        return None
    for radius_m in (size for size in RADII_M if size > query.radius_m):
        count = Results(replace(query, radius_m=float(radius_m))).matched
        if count:
            return Widening(facts.radius(radius_m), count, state.address(radius=float(radius_m)))
    return None
