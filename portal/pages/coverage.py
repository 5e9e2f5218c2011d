"""The places that the data cover: the territories that sources state, with what they hold."""

from collections import Counter
from dataclasses import dataclass

from django.http import QueryDict

from geo.models import Area
from portal.models import Source
from portal.pages.place import address_of
from portal.query import Query
from portal.read.counts import published_by_source
from portal.read.memory import remembered


@dataclass(frozen=True)
class Covered:
    """A territory and how many Activities its sources publish."""

    area: Area
    count: int

    @property
    def address(self) -> str:
        """The explorer's question around it."""
        return address_of(QueryDict(), self.area)


def covered_places() -> list[Covered]:
    """Territories with something to show, the fullest first."""
    counts: Counter[str] = Counter()
    published = remembered("published", Query(), (), published_by_source)
    for source, territory in Source.objects.values_list("pk", "territory"):
        counts.update(dict.fromkeys(territory, published.get(source, 0)))
    areas = Area.objects.filter(code__in=[code for code, count in counts.items() if count]).defer("outline", "shape")
    found = [Covered(area, counts[area.code]) for area in areas]
    return sorted(found, key=lambda place: (-place.count, place.area.label))
