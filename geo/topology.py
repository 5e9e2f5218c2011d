"""Reads TopoJSON: shared borders stored once, in whole numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Arcs = list[NDArray[Any]]


@dataclass(frozen=True)
class TopoFeature:
    """One geometry of a topology, longitude-latitude, with what is said of it."""

    id: str | int | None
    properties: dict[str, Any]
    shape: BaseGeometry


def features(topology: dict[str, Any], name: str = "") -> Iterator[TopoFeature]:
    """Polygons of one object of a TopoJSON document, or of all. Raises KeyError, ValueError on a broken one."""
    arcs = _arcs(topology)
    for key, node in topology["objects"].items():
        if name in ("", key):
            for geometry in node.get("geometries", [node]):
                if geometry.get("type") in ("Polygon", "MultiPolygon"):
                    yield TopoFeature(geometry.get("id"), geometry.get("properties") or {}, _shape(geometry, arcs))


def multipolygon(polygons: list[list[list[int]]], arcs: Arcs) -> BaseGeometry:
    """Polygons whose rings are lists of arcs; ~n is arc n backwards."""
    return shapely.multipolygons(
        [shapely.Polygon(_ring(rings[0], arcs), [_ring(ring, arcs) for ring in rings[1:]]) for rings in polygons]
    )


def valid_multipolygon(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, made valid."""
    if shape.is_valid and shape.geom_type == "MultiPolygon":
        return shape
    parts = [part for part in shapely.get_parts(shapely.make_valid(shape)) if part.geom_type.endswith("Polygon")]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part)]
    return shapely.multipolygons(polygons) if polygons else shapely.MultiPolygon()


def _shape(geometry: dict[str, Any], arcs: Arcs) -> BaseGeometry:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return multipolygon(polygons, arcs)


def _ring(numbers: list[int], arcs: Arcs) -> NDArray[Any]:
    pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    joined = [pieces[0], *(piece[1:] for piece in pieces[1:])]
    return numpy.concatenate(joined)


def _arcs(topology: dict[str, Any]) -> Arcs:
    transform = topology.get("transform")
    arcs = [numpy.asarray(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    if transform is None:
        return arcs
    return [arc.cumsum(axis=0) * transform["scale"] + transform["translate"] for arc in arcs]
