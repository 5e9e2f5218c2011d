"""Builds the base map of the browser: `python -m geo.data.basemap CACHE` (needs npm, apt, Babel and h5py).

TopoJSON goes to `frontend/src/map/basemap`: `world.json` for the small zooms, cells of 12 by 8
degrees for the middle ones and tiles of 2 degrees for the large ones, over the territories that
the gazetteer knows best. What the files hold is described in README.md there.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.data import geonames
from geo.data.gshhg import ISLAND, LAKE, LAND, rivers, shores, wide_rivers
from geo.data.limits import Limits, admin1, read_limits
from geo.data.packages import node_command, node_package

TARGET = Path(__file__).resolve().parents[2] / "frontend" / "src" / "map" / "basemap"
WORLD_PROVINCES = ("CA", "US", "BE", "PL", "DE", "NL", "AU", "BR")
BUILT = "basemap-built"
TILES_FROM = 10
HEAVY_BYTES = 120_000
"""About 40 kB compressed."""

LAYERS = ("land", "urban", "lakes", "water", "rivers", "communes", "provinces", "coast", "borders")

CELLS = [(-12, 40), (0, 40), (12, 40), (-12, 48), (0, 48), (12, 48), (-84, 40), (-72, 40), (-84, 48), (-72, 48)]
OVERSEAS = {
    "guadeloupe-martinique": (-62.0, 14.0, -60.5, 16.8),
    "guyane": (-54.8, 2.0, -51.4, 6.0),
    "reunion": (55.0, -21.6, 56.0, -20.7),
    "mayotte": (44.9, -13.2, 45.5, -12.5),
    "saint-pierre-et-miquelon": (-57.0, 46.5, -55.8, 47.3),
}
TILED = [
    (-5.2, 42.2, 8.4, 51.3),
    (8.4, 41.3, 9.7, 43.1),
    (2.4, 49.4, 6.5, 51.6),
    (5.8, 45.7, 10.6, 47.9),
    (14.0, 49.0, 24.2, 54.9),
    (0.1, 40.4, 3.4, 42.9),
    (-76.8, 44.9, -70.0, 47.6),
    (-72.0, 45.8, -64.0, 48.9),
    (-75.0, 40.0, -73.0, 42.0),
]
"""Where there are tiles: France, Belgium, Luxembourg, Switzerland, Poland, Catalonia, Québec, Acadia, New York."""


@dataclass(frozen=True)
class Detail:
    """How fine a level is: tolerance and steps in degrees, the smallest islands and lakes in km².

    `communes` is the tolerance of the limits of communes, which are faint; 0 leaves them out.
    """

    tolerance: float
    step: float
    island_km2: float
    lake_km2: float
    river_levels: tuple[int, ...]
    communes: float


MIDDLE = Detail(0.004, 0.002, 3, 10, (0, 1, 2, 3), communes=0)
FINE = Detail(0.0008, 0.0005, 0.05, 0.5, (0, 1, 2, 3, 4, 6, 8), communes=0.0015)


@dataclass
class Level:
    """All geometries of one level by layer, ready to be cut."""

    detail: Detail
    shapes: dict[str, list[BaseGeometry]] = field(default_factory=dict)

    def cut(self, box: tuple[float, float, float, float]) -> dict[str, list[BaseGeometry]]:
        """What is inside a box; the coast is the edge of the land without the box's own."""
        frame = shapely.box(*box)
        layers = {name: _inside(shapes, box) for name, shapes in self.shapes.items()}
        edges = [shapely.difference(land.boundary, frame.boundary.buffer(1e-7)) for land in layers["land"]]
        return layers | {"coast": [edge for edge in edges if not edge.is_empty]}


def main(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(cache / BUILT, ignore_errors=True)
    (cache / BUILT).mkdir()
    write_world(cache)
    limits = read_limits(cache, sea=_coastal_strip(cache))
    middle, fine = read_level(cache, MIDDLE, limits), read_level(cache, FINE, limits)
    entries = [write_tile(cache, middle, "region", (w, s, w + 12.0, s + 8.0), 6) for w, s in CELLS]
    entries += [entry for w, s in _tiles() for entry in write_tiles(cache, fine, (w, s, w + 2.0, s + 2.0))]
    entries += [write_tile(cache, fine, name, box, 6) for name, box in OVERSEAS.items()]
    index = ",\n".join(json.dumps(entry) for entry in entries if entry)
    (cache / BUILT / "index.json").write_text(f"[\n{index}\n]\n")
    for old in TARGET.glob("*.json"):
        old.unlink()
    shutil.copytree(cache / BUILT, TARGET, dirs_exist_ok=True)


def read_level(cache: Path, detail: Detail, limits: Limits) -> Level:
    """Everything simplified for one level."""
    lakes = shapely.union_all(list(shores(cache, LAKE, detail.lake_km2)))
    islands = shapely.union_all(list(shores(cache, ISLAND, detail.lake_km2)))
    layers = {
        "land": list(shores(cache, LAND, detail.island_km2)),
        "urban": limits.urban,
        "lakes": list(shapely.get_parts(shapely.difference(lakes, islands))),
        "water": wide_rivers(cache, _towns(cache)),
        "rivers": rivers(cache, detail.river_levels),
        "communes": _simplified(limits.communes, detail.communes) if detail.communes else [],
        "provinces": limits.provinces,
        "borders": limits.borders,
    }
    return Level(detail, {name: _simplified(shapes, detail.tolerance) for name, shapes in layers.items()})


def write_tile(
    cache: Path, level: Level, kind: str, box: tuple[float, float, float, float], minzoom: int
) -> dict[str, Any] | None:
    """One file of a level; its entry of the index, or None if there is nothing but sea."""
    layers = level.cut(box)
    if not layers["land"]:
        return None
    name = kind if kind in OVERSEAS else f"{kind}_{box[0]:g}_{box[1]:g}"
    steps = round(max(box[2] - box[0], box[3] - box[1]) / level.detail.step)
    write_topology(cache, layers, cache / BUILT / f"{name}.json", steps)
    return {"name": name, "bbox": box, "minzoom": minzoom}


def write_tiles(cache: Path, level: Level, box: tuple[float, float, float, float]) -> list[dict[str, Any] | None]:
    """One tile, or four where one would be heavy for a phone."""
    whole = write_tile(cache, level, "tile", box, TILES_FROM)
    path = cache / BUILT / f"tile_{box[0]:g}_{box[1]:g}.json"
    if whole is None or path.stat().st_size <= HEAVY_BYTES:
        return [whole]
    path.unlink()
    west, south, east, north = box
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    columns, rows = ((west, middle_x), (middle_x, east)), ((south, middle_y), (middle_y, north))
    return [write_tile(cache, level, "tile", (w, s, e, n), TILES_FROM) for w, e in columns for s, n in rows]


def write_world(cache: Path) -> None:
    """The whole world for the small zooms, from Natural Earth 1:50m, with the great rivers and lakes of GSHHG."""
    atlas = node_package("world-atlas", cache) / "countries-50m.json"
    layers = {
        "lakes": [shapely.simplify(lake, 0.06) for lake in shores(cache, LAKE, 1200)],
        "rivers": [shapely.simplify(line, 0.1) for line in rivers(cache, (0, 1, 2)) if line.length > 2.5],
        "provinces": [
            shape(row["geometry"]) for row in admin1(cache) if row["properties"]["iso_a2"] in WORLD_PROVINCES
        ],
    }
    files = {name: write_layer(cache / f"{name}.json", shapes) for name, shapes in layers.items()}
    mapshaper(
        cache,
        *("-i", atlas, "-drop", "target=land", "-target", "countries"),
        *("-simplify", "weighted", "17%", "keep-shapes", "-filter-islands", "min-area=150km2"),
        *("-innerlines", "+", "name=borders", "-dissolve", "target=countries", "+", "name=land"),
        *("-i", files["provinces"], "-simplify", "weighted", "2.2%", "-innerlines"),
        *("-i", files["lakes"], "-i", files["rivers"]),
        *("-dissolve", "target=lakes,rivers,provinces,borders"),
        *("-o", cache / BUILT / "world.json", "target=land,lakes,rivers,provinces,borders"),
        *("format=topojson", "quantization=16000"),
    )


def write_topology(cache: Path, layers: dict[str, list[BaseGeometry]], path: Path, steps: int) -> None:
    """Layers as one TopoJSON file on a grid of so many steps; one object each, without properties."""
    names = [name for name in LAYERS if layers.get(name)]
    files = [write_layer(cache / f"{name}.json", layers[name]) for name in names]
    out = ("-o", path, f"target={','.join(names)}", "format=topojson", f"quantization={steps}")
    mapshaper(cache, "-i", *files, "combine-files", "-dissolve", f"target={','.join(names)}", *out)


def write_layer(path: Path, shapes: Iterable[BaseGeometry]) -> Path:
    features = [{"type": "Feature", "properties": {}, "geometry": mapping(shape)} for shape in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def mapshaper(cache: Path, *words: object) -> None:
    subprocess.run([str(node_command("mapshaper", cache)), *map(str, words), "-quiet"], check=True)


def _simplified(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    simpler = [shapely.simplify(shape, tolerance) for shape in shapes]
    kept = [shape if shape.is_valid else shape.buffer(0) for shape in simpler]
    return [shape for shape in kept if not shape.is_empty]


def _inside(shapes: list[BaseGeometry], box: tuple[float, float, float, float]) -> list[BaseGeometry]:
    """The parts inside a box that are as many-dimensional as the whole."""
    frame = shapely.box(*box)
    near = [shape for shape in shapes if shape.intersects(frame)]
    cut = [(shape, shapely.clip_by_rect(shape, *box)) for shape in near]
    return [
        part
        for whole, piece in cut
        for part in shapely.get_parts(piece)
        if shapely.get_dimensions(part) == shapely.get_dimensions(whole) and not part.is_empty
    ]


def _towns(cache: Path) -> list[BaseGeometry]:
    return [shapely.Point(town.longitude, town.latitude) for town in geonames.read(cache)]


def _coastal_strip(cache: Path) -> BaseGeometry:
    """About two kilometres on both sides of the coasts of western Europe."""
    west = shapely.box(-6, 41, 10, 52)
    coasts = [polygon.boundary for polygon in shores(cache, LAND, 1) if polygon.intersects(west)]
    return shapely.union_all(
        [shapely.simplify(shapely.intersection(line, west), 0.002).buffer(0.02) for line in coasts]
    )


def _tiles() -> list[tuple[float, float]]:
    cells = set()
    for west, south, east, north in TILED:
        for x in range(int(west // 2) * 2, int(-(-east // 2)) * 2, 2):
            cells |= {(float(x), float(y)) for y in range(int(south // 2) * 2, int(-(-north // 2)) * 2, 2)}
    return sorted(cells)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
