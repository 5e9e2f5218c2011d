"""CSV as RFC 4180 has it, for programs: no byte-order mark, and every text as it is.

A spreadsheet may run what begins like a formula: for people there is `csv`.
"""

import csv
from collections.abc import Iterator
from typing import Any

from portal.exports.answer import Answer, Feature
from portal.exports.streams import gathered
from portal.read.texts import LINE_COLUMNS
from portal.spreadsheet import Echo, plain

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
SUFFIX = ".csv"


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(line.encode() for line in _lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield str(writer.writerow(LINE_COLUMNS))
    for feature in answer.features():
        yield str(writer.writerow(cells(feature)))


def cells(feature: Feature) -> list[str]:
    """A Feature in the columns of our CSV, nothing disarmed."""
    values: dict[str, Any] = {**feature["properties"], "id": feature["id"]}
    geometry = feature["geometry"]
    if geometry and geometry["type"] == "Point" and feature["properties"]["area_code"] is None:
        values["lon"], values["lat"] = geometry["coordinates"][:2]
    return [plain(values.get(column)) for column in LINE_COLUMNS]
