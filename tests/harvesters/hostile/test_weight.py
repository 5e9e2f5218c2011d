"""What a harvest weighs: 100,000 records and every bomb, within 400 MiB in the worker and in its sandbox."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from portal.models import Activity, Run
from tests.factories import make_source
from tests.harvesters.children import database_url
from tests.harvesters.hostile.modes_document import bomb
from tests.harvesters.rude import rude, says
from tests.harvesters.written_files import saved, zipped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
MEMORY_MIB = 400
RECORDS = 100_000
ENOUGH_S = 600.0
# A worker of its own, which tells the most that it and its sandboxes weighed.
WORKER = """
import resource, sys, django
from pathlib import Path
django.setup()
from harvesters.runs.harvest import harvest
from harvesters.http import Client
from portal.models import Source
with Client("https://mons.example", [sys.argv[2]]) as client:
    harvest(Source.objects.get(slug=sys.argv[1]), client)
told = Path("/proc/self/status").read_text()  # getrusage counts what the starting process weighed, too
print(int(told.partition("VmHWM:")[2].split()[0]) // 1024)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
MAPPING = {"id": "id", "title": "titre", "description": "texte", "lat": "lat", "lon": "lon"}


def record(number: int) -> dict[str, Any]:
    text = f"Une fiche parmi d'autres, la {number}e, avec un texte comme on en écrit. " * 3
    return {"id": number, "titre": f"Fiche {number}", "texte": text, "lat": 50.4, "lon": 3 + number / 100_000}


def csv() -> bytes:
    lines = (";".join(str(value) for value in record(number).values()) for number in range(RECORDS))
    return "\n".join(["id;titre;texte;lat;lon", *lines, ""]).encode()


def geojson() -> bytes:
    features = (
        {"type": "Feature", "properties": record(number), "geometry": {"type": "Point", "coordinates": [3.9, 50.4]}}
        for number in range(RECORDS)
    )
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def xlsx() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Lieux")
    sheet.append(list(record(0)))
    for number in range(RECORDS):
        sheet.append(list(record(number).values()))
    return saved(book)


def sheet_of(body: bytes) -> bytes:
    """A small workbook with another sheet put into it."""
    book = openpyxl.Workbook()
    book.active.append(["id", "titre"])
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {"xl/worksheets/sheet1.xml": body})


def sparse() -> bytes:
    """Two cells, a million rows and sixteen thousand columns apart."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    name = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return sheet_of(b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (name, cells))


BIG: dict[str, Callable[[], bytes]] = {"csv": csv, "geojson": geojson, "xlsx": xlsx}
BOMBS: dict[str, Callable[[], bytes]] = {
    "a ZIP bomb": bomb,
    "a sheet of 199 MB in half a megabyte": lambda: sheet_of(b" " * 199_000_000),
    "two cells far apart": sparse,
    "brackets without an end": lambda: b"[" * 40_000_000,
    "objects without an end": lambda: b'{"a":' * 8_000_000,
    "quotes without an end": lambda: b'a;b\n"' * 1_000_000,
    "one line of 40 MB": lambda: b"a;" * 20_000_000,
    "one string of 40 MB": lambda: b'[{"id": "' + b"x" * 40_000_000 + b'"}]',
    "folders without an end": lambda: b"<kml><Document>" + b"<Folder>" * 4_000_000,
}


def weigh(body: bytes) -> Iterator[int]:
    """What a worker and its sandboxes weighed at most over this file, in MiB."""
    with rude({"/data": says(body)}) as portal:
        source = make_source(address=f"{portal.url}/data", mapping=MAPPING)
        environment = {**os.environ, "DATABASE_URL": database_url()}
        command = [sys.executable, "-c", WORKER, source.slug, portal.host]
        told = subprocess.run(command, env=environment, capture_output=True, timeout=ENOUGH_S, check=False)
        assert told.returncode == 0, told.stderr.decode()
        yield from map(int, told.stdout.split())


@pytest.mark.parametrize("kind", BIG)
def test_a_hundred_thousand_records(kind: str) -> None:
    worker, sandbox = weigh(BIG[kind]())
    assert (Run.objects.get().status, Activity.objects.count()) == ("complete", RECORDS)
    assert max(worker, sandbox) <= MEMORY_MIB


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb(name: str) -> None:
    worker, sandbox = weigh(BOMBS[name]())
    assert (Run.objects.get().status in ("failed", "partial"), Activity.objects.count()) == (True, 0)
    assert max(worker, sandbox) <= MEMORY_MIB
