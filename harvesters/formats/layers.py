"""Rows of geographic files that GDAL reads in the sandbox, whichever kind they are.

Options: `layer`, the title of one layer (or of one shapefile of several); `crs` when the file does not say it. The
layer of each record stands in its data as `_layer`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from harvesters import sandbox
from harvesters.clean.tidy import TooDeepError, tidy
from harvesters.formats.features import MALFORMED, moved
from harvesters.reading import Reading, Row

SECONDS = 120.0


@cache
def all_drivers() -> list[str]:
    return sandbox.run("harvesters.parsers.vector.driver_names")


def only(driver: str) -> dict[str, str]:
    """The environment in which GDAL has one driver and no other."""
    return {"GDAL_SKIP": ",".join(name for name in all_drivers() if name != driver)}


def read_layers(
    body: bytes, driver: str, options: Mapping[str, Any], reading: Reading, usual: str = ""
) -> Iterator[Row]:
    """One row per feature of the layer asked for, else of `usual`: "" for the first with features, "*" for all.

    Raises PortalError.
    """
    wanted = str(options.get("layer") or usual)
    stream: Iterator[Any] = sandbox.stream(
        "harvesters.parsers.vector.features", body, driver, wanted,
        text_option(options, "encoding"), text_option(options, "crs"),
        seconds=SECONDS, environment=only(driver),
    )  # fmt: skip
    yield from rows(stream, reading)


def text_option(options: Mapping[str, Any], name: str) -> str:
    return str(options.get(name) or "")


def rows(stream: Iterator[Any], reading: Reading) -> Iterator[Row]:
    """The rows of what the parsers of `vector.py` yield."""
    position = 0
    for item in stream:
        if not isinstance(item, dict):
            position += 1
            layer, fid, geometry, values = item
            yield row(
                position, geometry, tidied(values) | ({"_layer": layer} if layer else {}) | {"_fid": fid}, reading
            )
        elif "layers" in item:
            say_which(item, reading)
            reading.expect(item["count"])
        for note in item["notes"] if isinstance(item, dict) and "notes" in item else []:
            reading.note(note)


def say_which(about: dict[str, Any], reading: Reading) -> None:
    others = [name for name in about["layers"] if name not in about["read"]]
    if others and len(about["read"]) == 1 and about["is_choice"]:
        listed = ", ".join(f"“{name}”" for name in others[:10])
        reading.note(f"The layer “{about['read'][0]}” was read; there are also {listed} (option `layer`).")


def tidied(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a feature; those nested deeper than any record needs are left out."""
    try:
        found: dict[str, Any] = tidy(values)
    except TooDeepError:
        found = {name: value for name, value in values.items() if not isinstance(value, list | dict)}
    return found


def row(position: int, geometry: Any, data: dict[str, Any], reading: Reading) -> Row:
    try:
        return Row(position, data, moved(geometry, None) if geometry else None)
    except MALFORMED:
        reading.note("Some geometries make no sense and were left out.")
        return Row(position, data)
