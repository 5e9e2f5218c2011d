"""A portal with one file on the loopback, and the source that harvests it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.runs.harvest import harvest
from harvesters.runs.intake import Progress, silent
from portal.models import Run, Source
from tests.factories import make_source

STEPS = count()
MAPPING = {
    "id": "numero",
    "title": "titre",
    "lat": "lat",
    "lon": "lon",
    "address": "adresse",
    "commune": "commune",
    "starts": "debut",
    "ends": "fin",
}


@dataclass
class City:
    """A portal with one file, and the source that harvests it."""

    folder: Path
    base_url: str
    source: Source

    def publish(self, content: str | bytes, name: str = "data.json") -> None:
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        self.source.address = f"{self.base_url}/ville/{name}"

    def publish_rows(self, *rows: dict[str, Any]) -> None:
        self.publish(json.dumps(rows))

    def harvest(self, progress: Progress = silent) -> Run:
        with Client.from_settings(also_allow=[urlsplit(self.base_url).netloc]) as client:
            return harvest(self.source, client, progress)


def row(numero: Any, **more: Any) -> dict[str, Any]:
    """A record with a point of its own."""
    return {"numero": numero, "titre": f"Fiche {numero}", "lat": 50.45, "lon": 3.95 + next(STEPS) / 10_000} | more


def told(run: Run) -> str:
    return " | ".join([run.error, *(note["text"] for note in run.notes)])


def counts(run: Run) -> tuple[int, ...]:
    return run.read, run.created, run.updated, run.unchanged, run.rejected, run.filtered


@contextmanager
def open_city(folder: Path, **fields: Any) -> Iterator[City]:
    """The portal serves `folder` / ville while the block runs; `fields` are the source's."""
    (folder / "ville").mkdir()
    with portals(folder) as base_url:
        yield City(folder / "ville", base_url, make_source(mapping=MAPPING, **fields))
