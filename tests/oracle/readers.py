"""Reads every export format back, with other libraries than those that write it where there are any.

A format that has no reader here fails `test_exports.py`: whoever adds one adds how it is read.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import geopandas
import openpyxl
import pyogrio
from defusedxml import ElementTree
from icalendar import Calendar

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ATOM = "{http://www.w3.org/2005/Atom}"


class Row(NamedTuple):
    """What a file says of a record; None where the format has no word for it."""

    id: str
    title: str
    kind: str | None = None
    status: str | None = None


class Reader(NamedTuple):
    """How a format is read. Not `whole`: a feed of the first ones; not `ordered`: its index puts records in its own
    order; not `typed`: it has no words for kind and status."""

    read: Callable[[bytes], Iterable[Row]]
    whole: bool = True
    ordered: bool = True
    typed: bool = True


def _named(values: Any) -> Row:
    return Row(str(values["id"]), values["title"], values["kind"], values["status"])


def _feature(feature: Any) -> Row:
    return _named({**feature["properties"], "id": feature["id"]})


def _json(text: str | bytes) -> Any:
    return json.loads(text, parse_constant=_refused)


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def of_csv(content: bytes) -> Iterator[Row]:
    return map(_named, csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def of_lines(content: bytes) -> Iterator[Row]:
    assert not content or content.endswith(b"\n")
    return (_feature(_json(line)) for line in content.decode().split("\n")[:-1])


def of_sequence(content: bytes) -> Iterator[Row]:
    first, *texts = content.decode().split("\x1e")
    assert not first
    assert all(text.endswith("\n") for text in texts)
    return (_feature(_json(text)) for text in texts)


def of_collection(content: bytes) -> Iterator[Row]:
    return map(_feature, _json(content)["features"])


def of_sheet(content: bytes) -> Iterator[Row]:
    """The first sheet, whose first row of more than one cell names the columns."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = (row for row in book.worksheets[0].iter_rows(values_only=True) if "id" in row or row[0])
    names = next(row for row in rows if "id" in row)
    return (_named(dict(zip(names, row, strict=True))) for row in rows)


def of_layer(content: bytes, suffix: str) -> Iterator[Row]:
    """The first layer; GDAL wants the file's name to end as its format does."""
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        table = pyogrio.read_dataframe(file.name, layer=0, read_geometry=False)
    return map(_named, table.to_dict("records"))


def of_parquet(content: bytes) -> Iterator[Row]:
    return map(_named, geopandas.read_parquet(io.BytesIO(content)).to_dict("records"))


def of_kml(content: bytes) -> Iterator[Row]:
    for mark in ElementTree.fromstring(content).iter("{http://www.opengis.net/kml/2.2}Placemark"):
        texts = {part.tag.rpartition("}")[2]: part.text or "" for part in mark}
        said = {part.get("name"): "".join(part.itertext()).strip() for part in mark.iter() if part.get("name")}
        public_id = UUID.search(f"{said.get('id', '')} {mark.get('id', '')}")
        assert public_id
        yield Row(public_id[0], said.get("title") or texts["name"], said["kind"], said["status"])


def of_linked(content: bytes) -> Iterator[Row]:
    """Things of schema.org; which of the three kinds a thing is, its type says in schema.org's words."""
    for thing in _json(content)["dataFeedElement"]:
        public_id = UUID.search(f"{thing.get('@id', '')} {thing.get('identifier', '')} {thing.get('url', '')}")
        assert public_id
        name = thing["name"]
        yield Row(public_id[0], name["@value"] if isinstance(name, dict) else name)


def of_atom(content: bytes) -> Iterator[Row]:
    for entry in ElementTree.fromstring(content).iter(f"{ATOM}entry"):
        public_id = UUID.search(entry.findtext(f"{ATOM}id", ""))
        assert public_id
        yield Row(public_id[0], entry.findtext(f"{ATOM}title", ""))


def of_calendar(content: bytes) -> Iterator[Row]:
    for event in Calendar.from_ical(content).walk("VEVENT"):
        public_id = UUID.search(str(event["UID"]))
        assert public_id
        yield Row(public_id[0], str(event["SUMMARY"]))


READERS = {
    "atom": Reader(of_atom, whole=False, ordered=False, typed=False),
    "csv": Reader(of_csv),
    "featurecollection": Reader(of_collection),
    "fgb": Reader(partial(of_layer, suffix=".fgb"), ordered=False),
    "geojsonseq": Reader(of_sequence),
    "gpkg": Reader(partial(of_layer, suffix=".gpkg")),
    "ics": Reader(of_calendar, whole=False, ordered=False, typed=False),
    "jsonld": Reader(of_linked, typed=False),
    "kml": Reader(of_kml),
    "ndjson": Reader(of_lines),
    "parquet": Reader(of_parquet),
    "rfc4180": Reader(of_csv),
    "xlsx": Reader(of_sheet),
}
