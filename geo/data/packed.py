"""Outlines as they are bundled: TopoJSON's arcs as columns of differences, which compress a third better."""

import json
import lzma
from collections.abc import Set
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.topology import multipolygon


def write(topology: dict[str, Any], name: str, path: Path) -> None:
    """Packs one object of a quantised TopoJSON document whose features have a `code`."""
    arcs = [numpy.asarray(arc) for arc in topology["arcs"]]
    starts = numpy.diff(numpy.array([arc[0] for arc in arcs]), axis=0, prepend=[[0, 0]])
    steps = [numpy.concatenate(([start], arc[1:])) for start, arc in zip(starts, arcs, strict=True)]
    columns = numpy.concatenate(steps).T.tolist()
    packed = {
        "transform": topology["transform"],
        "lengths": [len(arc) for arc in arcs],
        "x": columns[0],
        "y": columns[1],
        "codes": [geometry["properties"]["code"] for geometry in topology["objects"][name]["geometries"]],
        "polygons": [_polygons(geometry) for geometry in topology["objects"][name]["geometries"]],
    }
    text = json.dumps(packed, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def read(path: Path, codes: Set[str]) -> dict[str, BaseGeometry]:
    """Those outlines of a file that are wanted, by code, longitude-latitude, EPSG:4326."""
    packed = json.loads(lzma.decompress(path.read_bytes()))
    if codes.isdisjoint(packed["codes"]):
        return {}
    points = numpy.array([packed["x"], packed["y"]]).T
    steps = numpy.split(points, numpy.cumsum(packed["lengths"])[:-1])
    starts = numpy.array([step[0] for step in steps]).cumsum(axis=0)
    scale, translate = packed["transform"]["scale"], packed["transform"]["translate"]
    arcs = [_absolute(step, start) * scale + translate for step, start in zip(steps, starts, strict=True)]
    named = zip(packed["codes"], packed["polygons"], strict=True)
    return {code: multipolygon(polygons, arcs) for code, polygons in named if code in codes}


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def _absolute(steps: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    steps[0] = start
    return steps.cumsum(axis=0)
