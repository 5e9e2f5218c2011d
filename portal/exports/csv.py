"""CSV for spreadsheets: UTF-8 with a byte-order mark, comma, CRLF (RFC 4180), formulas disarmed.

Columns are the properties of a Feature, then `lat` and `lon` (EPSG:4326) of what is at one point;
both are blank for an area, a line or several addresses. Lists are joined by «; ».
"""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.geos import Point
from django.http import StreamingHttpResponse

from portal.api.features import PROPERTIES, PropertiesSerializer
from portal.models import Activity
from portal.results import Results

BOM = "\ufeff"
COLUMNS = ("id", *PROPERTIES, "distance_m", "lat", "lon")
CHUNK = 500
# What a spreadsheet would run as a formula (OWASP, «CSV injection»); the apostrophe makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def respond(results: Results, name: str) -> StreamingHttpResponse:
    """The whole answer as a CSV file."""
    response = StreamingHttpResponse(_lines(results), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="parages-{name}.csv"'
    return response


def _lines(results: Results) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BOM + str(writer.writerow(COLUMNS))
    serializer = PropertiesSerializer()
    for activity in results.items.iterator(chunk_size=CHUNK):
        yield str(writer.writerow(_cells(activity, serializer.to_representation(activity))))


def _cells(activity: Activity, properties: dict[str, Any]) -> list[str]:
    values = {**properties, "id": activity.public_id}
    if isinstance(activity.geometry, Point):
        values |= {"lat": round(activity.geometry.y, 6), "lon": round(activity.geometry.x, 6)}
    return [cell(values.get(column)) for column in COLUMNS]


def cell(value: Any) -> str:
    """A value as text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(
            json.dumps(part, ensure_ascii=False) if isinstance(part, dict) else str(part) for part in value
        )
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
