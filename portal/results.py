"""The answer to a Query: its items in order, in their groups, and how many."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from geo.models import Area
from portal.models import Activity
from portal.query import Query
from portal.read import counts
from portal.read.codes import codes, listed
from portal.read.memory import remembered
from portal.read.order import Ask, section
from portal.read.render import KEYS, Key
from portal.read.where import Where
from portal.same.others import with_others
from portal.vocabularies import AREAL, LOCATED, PLACELESS, Kind, Precision


@dataclass(frozen=True)
class Counts:
    """How many Activities match, and how they are placed. `remote` and `unknown` are beside `matched` when
    the question has a bound in space: an item without a place cannot be inside of it."""

    matched: int
    located: int
    areal: int
    remote: int
    unknown: int


class Results:
    """The answer to a Query; `within` bounds it to the kinds of a collection.

    What several portals publish is there once, as the first of its records that match, unless the Query wants
    duplicates. Which one is hidden depends on the whole answer: no filter loses a thing, and none shows it twice.
    """

    def __init__(self, query: Query, within: tuple[Kind, ...] = ()) -> None:
        self.query = query
        self.where = Where(query, within)

    @cached_property
    def totals(self) -> dict[str, int]:
        """How many there are of each precision; where the question is bounded, those without a place are beside."""
        return remembered("totals", self.query, self.where.within, lambda: counts.by_precision(self.where))

    @property
    def counted(self) -> Counts:
        located, areal = (sum(self.totals.get(word, 0) for word in words) for words in (LOCATED, AREAL))
        remote, unknown = (self.totals.get(word, 0) for word in PLACELESS)
        beside = 0 if self.query.bounded else remote + unknown
        return Counts(located + areal + beside, located, areal, remote, unknown)

    @cached_property
    def matched(self) -> int:
        return counts.matched(self.where)

    @cached_property
    def total(self) -> int | None:
        """How many match, where nothing but kinds is asked for."""
        return remembered("total", self.query, self.where.within, lambda: counts.total(self.where))

    def located(self, start: int, stop: int) -> list[Activity]:
        """Those with a place of their own, by distance where it is asked from one."""
        return self._section(self.where.located(), start, stop)

    def areal(self, start: int, stop: int, precision: Precision | None = None) -> list[Activity]:
        """Those that concern an area."""
        return self._section(self.where.areal(*_of([precision] if precision else [])), start, stop)

    def beside(self, precision: Precision, start: int, stop: int) -> list[Activity]:
        """Those without a place, wherever the question is bounded."""
        return self._section(self.where.items(*_of([precision])), start, stop)

    def concerning(self, areas: Iterable[Area]) -> list[int]:
        """The primary keys of those that concern one of the areas, wherever the question is bounded."""
        of_areas = "i.area_id = ANY(%(concerning)s::bigint[])"
        self.where.params["concerning"] = [area.pk for area in areas]
        return counts.ids(self.where, self.where.items(*_of(AREAL), of_areas))

    def kinds(self) -> dict[str, int]:
        """How many things have each kind in any of their records, as a filter by it would find."""
        return counts.kinds(self._combinations)

    def themes(self) -> dict[str, int]:
        return counts.themes(self._combinations)

    def statuses(self) -> dict[str, int]:
        return counts.statuses(self._combinations)

    @cached_property
    def _combinations(self) -> list[counts.Combination]:
        return remembered("values", self.query, self.where.within, lambda: counts.combinations(self.where))

    def _section(self, conditions: str, start: int, stop: int) -> list[Activity]:
        part = section(self.where, conditions, Ask(stop - start, start), KEYS)
        return activities(part.content)


def activities(keys: list[Key]) -> list[Activity]:
    """The records of keys, in their order, with what pages need beside, and `distance_m` where it was measured."""
    # Areas are few and wide: each is fetched once, not with every Activity that concerns it.
    areas = Prefetch("area", Area.objects.defer("outline"))
    found = with_others(Activity.objects.all()).prefetch_related(areas).in_bulk([key.activity_id for key in keys])
    shown = []
    for key in keys:
        if activity := found.get(key.activity_id):
            activity.distance_m = key.distance_m
            shown.append(activity)
    return shown


def _of(precisions: Iterable[str]) -> list[str]:
    numbers = codes(Precision, precisions)
    return [f"i.precision IN {listed(numbers)}"] if numbers else []
