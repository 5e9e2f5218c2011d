"""The Activities that a Query asks for, in order, in their four groups, and how many."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Expression, F, Prefetch, Q, QuerySet, Window
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce, RowNumber

from geo.models import Area
from portal import cql
from portal.models import Activity
from portal.query import ALL, Query
from portal.querysets import ActivityQuerySet
from portal.same.others import with_others
from portal.search import matching
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
        self.within = within

    @cached_property
    def everywhere(self) -> ActivityQuerySet:
        """What matches but for its place."""
        return self._every.exclude(pk__in=self._hidden) if self._once else self._every

    @cached_property
    def placed(self) -> ActivityQuerySet:
        """What matches, its place too."""
        return self._every_placed.exclude(pk__in=self._hidden) if self._once else self._every_placed

    def tally(self, value: Expression | Combinable) -> dict[str, int]:
        """How many things of `placed` have each value in any of their records, as a filter by that value would find."""
        thing = Coalesce(F("membership__cluster"), -F("pk")) if self._once else F("pk")
        found = self._every_placed.order_by().annotate(value=value).values_list("value")
        return dict(found.annotate(things=Count(thing, distinct=True)))

    @property
    def _once(self) -> bool:
        return self.query.duplicates != ALL

    @cached_property
    def _hidden(self) -> QuerySet[Any, Any]:
        """Those that match beside a record of the same thing that stands before them."""
        beside = self._every.filter(precision__in=PLACELESS)
        answer = self._every_placed | beside if self.query.bounded else self._every
        nth = Window(RowNumber(), partition_by="membership__cluster", order_by="membership__place")
        shared = answer.filter(membership__isnull=False).annotate(nth=nth)
        return shared.filter(nth__gt=1).order_by().values("pk")

    @cached_property
    def _every(self) -> ActivityQuerySet:
        query = self.query
        filters: dict[str, Any] = {
            "kind__in": query.kinds,
            "themes__overlap": list(query.themes),
            "status__in": query.statuses,
            "source__slug__in": query.sources,
            "precision__in": query.precisions,
            "remote__in": query.remotes,
        }
        found = Activity.objects.published().filter(query.when.condition(), **{k: v for k, v in filters.items() if v})
        if self.within:
            found = found.filter(kind__in=self.within)
        if query.q:
            found = found.filter(matching(query.q))
        if query.filter:
            found = found.filter(id__in=RawSQL(*cql.parse(query.filter).ids()))  # noqa: S611  (values are parameters)
        return found

    @cached_property
    def _every_placed(self) -> ActivityQuerySet:
        query = self.query
        found: ActivityQuerySet = self._every
        if query.near and query.radius_m is not None:
            found = found.within(query.near, query.radius_m)
        if query.bbox:
            found = found.in_box(query.bbox)
        if query.area:
            found = found.in_area(query.area)
        return found

    @cached_property
    def items(self) -> ActivityQuerySet:
        """What matches, in its order: by distance when there is a place, else by public id."""
        found = _shown(self.placed)
        return found.by_distance(self.query.near) if self.query.near else found.order_by("public_id")

    @property
    def located(self) -> ActivityQuerySet:
        return self.items.located()

    @property
    def areal(self) -> ActivityQuerySet:
        return self.items.areal()

    @property
    def remote(self) -> ActivityQuerySet:
        """Remote ones, wherever the question is bounded."""
        return _shown(self.everywhere.remote()).order_by("public_id")

    @property
    def unknown(self) -> ActivityQuerySet:
        """Those whose place is unknown, wherever the question is bounded."""
        return _shown(self.everywhere.unknown()).order_by("public_id")

    @cached_property
    def counts(self) -> Counts:
        placed = self.placed.aggregate(
            matched=Count("id"),
            located=Count("id", filter=Q(precision__in=LOCATED)),
            areal=Count("id", filter=Q(precision__in=AREAL)),
        )
        beside = self.everywhere.aggregate(
            remote=Count("id", filter=Q(precision=Precision.REMOTE)),
            unknown=Count("id", filter=Q(precision=Precision.UNKNOWN)),
        )
        return Counts(**placed, **beside)


def _shown(found: ActivityQuerySet) -> ActivityQuerySet:
    """With what pages and features need beside."""
    # Areas are few and wide: each is fetched once, not with every Activity that concerns it.
    areas = Prefetch("area", Area.objects.defer("outline"))
    return with_others(found).prefetch_related(areas)
