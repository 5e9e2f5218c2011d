"""Reads the outlines of a GeoJSON or TopoJSON file, gzipped or not, into longitude-latitude."""

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo.topology import features, valid_multipolygon

LARGEST_BYTES = 300_000_000
_GZIP = b"\x1f\x8b"
_EPSG = re.compile(r"(?:EPSG:{1,2}(?:[\d.]*:)?)?(\d{4,6})")
_DEGREES = ("CRS84", "4326")


class BadOutlines(ValueError):
    """A file that cannot be read as outlines; the message is one sentence fit to show."""


@dataclass(frozen=True)
class Outline:
    """One feature of a file: its number from 1, what is said of it, and its polygons or why it has none."""

    number: int
    properties: dict[str, Any]
    shape: BaseGeometry | None
    problem: str = ""


def read_outlines(path: Path) -> list[Outline]:
    """Every feature of the file, EPSG:4326. Raises BadOutlines if it is not such a file."""
    document = _document(path)
    transformer = _transformer(document.get("crs"))
    try:
        raw = list(_raw(document))
    except (KeyError, TypeError, ValueError, IndexError, ShapelyError) as error:
        raise BadOutlines(f"{path.name}: the TopoJSON is broken ({error})") from error
    if not raw:
        raise BadOutlines(f"{path.name} has no feature")
    return [_outline(number, properties, geometry, transformer) for number, (properties, geometry) in enumerate(raw, 1)]


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(_bytes(path))
    except OSError as error:
        raise BadOutlines(f"{path}: {error.strerror or 'not a readable file'}") from error
    except (ValueError, EOFError) as error:
        raise BadOutlines(f"{path.name} is not JSON, nor gzipped JSON ({error})") from error
    if not isinstance(document, dict) or document.get("type") not in ("FeatureCollection", "Feature", "Topology"):
        raise BadOutlines(f"{path.name} is JSON, but neither GeoJSON features nor TopoJSON")
    return document


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    with gzip.open(path) if packed else path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise BadOutlines(f"{path.name} is larger than {LARGEST_BYTES // 1_000_000} MB")
    return content


def _raw(document: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    if document["type"] == "Topology":
        return [({"id": feature.id, **feature.properties}, feature.shape) for feature in features(document)]
    found = [document] if document["type"] == "Feature" else document.get("features") or []
    kept = [feature for feature in found if isinstance(feature, dict)]
    return [({"id": row.get("id"), **_dict(row.get("properties"))}, row.get("geometry")) for row in kept]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _outline(number: int, properties: dict[str, Any], geometry: Any, transformer: Transformer | None) -> Outline:
    try:
        shape = geometry if isinstance(geometry, BaseGeometry) else shapely.from_geojson(json.dumps(geometry))
        if transformer is not None:
            shape = shapely.transform(shape, lambda points: _turned(points, transformer))
        return Outline(number, properties, _polygons(shape))
    except (ValueError, TypeError, ShapelyError) as error:
        return Outline(number, properties, None, str(error))


def _polygons(shape: BaseGeometry | None) -> BaseGeometry:
    if shape is None or not shape.geom_type.endswith("Polygon"):
        raise ValueError("it is no polygon")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("its coordinates are not degrees, and the file names no other system")
    polygons = valid_multipolygon(shape)
    if polygons.is_empty:
        raise ValueError("it is an empty surface")
    return polygons


def _turned(points: NDArray[Any], transformer: Transformer) -> NDArray[Any]:
    east, north = transformer.transform(points[:, 0], points[:, 1])
    return numpy.column_stack((east, north))


def _transformer(crs: object) -> Transformer | None:
    """From the old `crs` member of GeoJSON; None when it says degrees, or nothing."""
    properties = _dict(_dict(crs).get("properties"))
    text = str(properties.get("name") or properties.get("code") or "")
    if not text or any(text.endswith(end) for end in _DEGREES):
        return None
    match = _EPSG.search(text)
    try:
        return Transformer.from_crs(CRS.from_epsg(int(match[1])) if match else text, 4326, always_xy=True)
    except CRSError as error:
        raise BadOutlines(f"the coordinate system «{text}» is not known") from error
