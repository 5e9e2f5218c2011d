"""A plain file at an address: CSV, GeoJSON, JSON, JSON-LD, one record a line; gzip unpacked.

`address`: the file's. Options: `format`, `encoding`, `delimiter`, `header_row`, `records`, `crs`; each is found out
when it is not given (see `formats/`).
"""

from collections.abc import Iterator

from harvesters.formats import read_answer
from harvesters.http import Client
from harvesters.reading import Reading, Row
from portal.models import Source


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    answer = client.get(source.address, validators=source.validators, keep_broken=True)
    reading.validators = answer.validators
    reading.unchanged = answer.unchanged
    if not answer.unchanged:
        yield from read_answer(answer, source.options, reading)
