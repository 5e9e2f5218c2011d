"""Puts a pin where a geocoder found an address, and says of each how it was found or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.gis.geos import Point

from geo.models import Area
from harvesters.errors import PortalError
from harvesters.geocoding.services import SERVICES, Candidate
from harvesters.http import Client
from harvesters.mapping.location import address_precision
from harvesters.mapping.remarks import Remarks
from portal.models import Activity, Geocoded
from portal.vocabularies import Precision

QUERY_MAX = 600
OUTSIDE_DEGREES = 0.02
"""About 2 km: outlines are simplified, and a street may run along a limit."""
ASKED_MAX = 20_000
"""New addresses of one run; the next one goes on."""

_AREAS = (Precision.COMMUNE, Precision.DISTRICT, Precision.UNKNOWN)


class Placer:
    """Asks the geocoder of a source; without one it does nothing."""

    def __init__(
        self, options: Mapping[str, Any], client: Client, remarks: Remarks, *, home: Area | None, stated: bool
    ) -> None:
        """`home`: the one area of the source, for records that name none; without a town nothing is asked.

        `stated`: the source says itself how precise its places are: only what it does not know is asked for.
        """
        self.name = options.get("geocoder", "")
        self.service = SERVICES.get(self.name)
        self.url = options.get("geocoder_url") or (self.service.url if self.service else "")
        self.client = client
        self.remarks = remarks
        self.home = home
        self.placed_from = (Precision.UNKNOWN,) if stated else _AREAS
        self.left = ASKED_MAX

    def place(self, activities: Sequence[Activity]) -> None:
        """Give those that have a street and no point the point of their address, where it is sure."""
        if self.service is None:
            return
        wanted = [activity for activity in activities if self._wanted(activity)]
        answers = self._answers({self._query(activity) for activity in wanted})
        for activity in wanted:
            answer = answers.get(self._query(activity))
            if answer is not None:
                self._apply(activity, answer)

    def _wanted(self, activity: Activity) -> bool:
        street = activity.address and address_precision(activity.address) != Precision.PLACE
        placeless = activity.geometry is None and activity.precision in self.placed_from
        return bool(street and placeless and (activity.area or self.home))

    def _query(self, activity: Activity) -> str:
        """The address with its postcode and town, as it is asked."""
        area = activity.area or self.home
        said = activity.address.casefold()
        beside = [part for part in (activity.postal_code, area.name if area else "") if part.casefold() not in said]
        return " ".join(" ".join([activity.address, *beside]).split())[:QUERY_MAX]

    def _answers(self, queries: set[str]) -> dict[str, Geocoded]:
        """What was answered before, and what is answered now; a service that fails is not asked again in this run."""
        known = {one.query: one for one in Geocoded.objects.filter(service=self.name, query__in=queries)}
        new = sorted(queries - set(known))[: self.left]
        batch = self.service.batch if self.service else 1
        for start in range(0, len(new), batch):
            try:
                known |= {one.query: one for one in self._ask(new[start : start + batch])}
            except PortalError as error:
                self.left = 0
                self.remarks.add(f"the geocoder {self.name} was not asked any further: {error}")
                break
        return known

    def _ask(self, queries: list[str]) -> list[Geocoded]:
        assert self.service is not None  # noqa: S101 (said to mypy: `place` looked)
        self.left -= len(queries)
        found = self.service.ask(self.client, self.url, queries)
        rows = [self._row(query, candidates) for query, candidates in zip(queries, found, strict=True)]
        Geocoded.objects.bulk_create(rows, ignore_conflicts=True)
        return rows

    def _row(self, query: str, candidates: list[Candidate]) -> Geocoded:
        row = Geocoded(service=self.name, query=query, candidates=[asdict(one) for one in candidates])
        best = candidates[0] if candidates else None
        if best and self.service:
            row.method, row.score = best.method[:60], best.score
            row.point = Point(best.lon, best.lat, srid=4326)
            row.precision = self.service.precisions.get(best.method, "")
        return row

    def _apply(self, activity: Activity, answer: Geocoded) -> None:
        why_not = self._why_not(activity, answer)
        if why_not:
            self.remarks.add(f"no pin by the geocoder {self.name}: {why_not}", activity.source_record_id)
            return
        activity.geometry, activity.precision = answer.point, Precision(answer.precision)
        self.remarks.add(f"placed by the geocoder {self.name}: {answer.method}", activity.source_record_id)

    def _why_not(self, activity: Activity, answer: Geocoded) -> str:
        if answer.point is None:
            return "it does not know the address"
        if not answer.precision:
            return f"it found no more than «{answer.method}»"
        if self.service and answer.score is not None and answer.score < self.service.score_min:
            return f"its score is below {self.service.score_min}"
        area = activity.area or self.home
        if area is not None and _far(area, answer.point):
            return "its point is not in the area that the record names"
        return ""


def _far(area: Area, point: Point) -> bool:
    return bool(area.shape.distance(point) > OUTSIDE_DEGREES)
