"""The base map's files, which the browser takes as they are."""

import gzip
import json
from typing import Any

import pytest
from django.conf import settings

from geo.topology import features

FOLDER = settings.BASE_DIR / "frontend" / "src" / "map" / "basemap"
OBJECTS = {"land", "urban", "lakes", "water", "rivers", "communes", "provinces", "coast", "borders"}
INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text())


def test_index_lists_every_file_once() -> None:
    names = sorted(path.stem for path in FOLDER.glob("*.json"))
    assert sorted(["index", "world", *(entry["name"] for entry in INDEX)]) == names


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: str(entry["name"]))
def test_file_is_topojson_inside_its_box(entry: dict[str, Any]) -> None:
    topology = json.loads((FOLDER / f"{entry['name']}.json").read_text())
    west, south, east, north = entry["bbox"]
    land = [feature.shape.bounds for feature in features(topology, "land")]
    assert set(topology["objects"]) <= OBJECTS
    assert land
    assert all(west - 0.01 <= x and south - 0.01 <= y for x, y, _east, _north in land)
    assert all(x <= east + 0.01 and y <= north + 0.01 for _west, _south, x, y in land)


def test_what_a_phone_downloads_is_small() -> None:
    sizes = {path.stem: len(gzip.compress(path.read_bytes())) for path in FOLDER.glob("*.json")}
    assert sizes["world"] < 90_000
    assert max(size for name, size in sizes.items() if name.startswith("region")) < 80_000
    assert max(size for name, size in sizes.items() if name.startswith("tile")) < 60_000
