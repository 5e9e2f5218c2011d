"""Geographic files by GDAL (pyogrio): one driver, from memory, in longitude and latitude.

GDAL opens what it likes and reads what a file refers to. So it gets bytes and no path, every driver but the wanted
one is turned off by the environment (see `formats/layers.py`), and the driver that opened the file is asked again.
"""

import io
import json
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from harvesters.errors import PortalError
from harvesters.parsers import packed

LAYERS_MAX = 200
CHUNK_FEATURES = 10_000
IN_CHUNKS = {"GPKG", "ESRI Shapefile"}  # which go to a feature by its number; others read all that is before it
DEGREES = {"EPSG:4326", "OGC:CRS84", "EPSG:4258", "EPSG:4171"}
PARTS = ("shp", "shx", "dbf", "prj", "cpg")
LANGUAGE_BYTE, HEADER_BYTES = 29, 32


def driver_names() -> list[str]:
    """All that GDAL would open, if it were let."""
    return sorted(pyogrio.list_drivers())


def features(body: bytes, driver: str, wanted: str, encoding: str, crs: str) -> Iterator[Any]:
    """First `{"layers", "read", "notes"}`; then a dict of notes or `(layer, fid, geometry, values)` for each feature.

    wanted: the title of a layer; "*" for all that have features; "" for the first that has. crs: of a file that does
    not say it. geometry: GeoJSON in EPSG:4326, or None. Raises PortalError (unreadable, bad-option, empty).
    """
    warnings.simplefilter("ignore")  # GDAL's remarks; what matters is told in words of our own
    pyogrio.set_gdal_config_options({"GML_FIELDTYPES": "ALWAYS_STRING"})  # a postcode keeps its first zero
    try:
        layers = titled([str(name) for name, _ in pyogrio.list_layers(body)], body if driver == "GPKG" else b"")
        about = {index: pyogrio.read_info(body, layer=index, force_feature_count=True) for index in layers}
        if any(each["driver"] != driver for each in about.values()):
            raise PortalError("unreadable", f"It is not the {driver} file that it looks like.")
        counts = {index: int(each["features"]) for index, each in about.items()}
        chosen = chosen_layers(layers, [index for index in layers if counts[index]], wanted)
        read, count = [layers[index] for index in chosen], sum(counts[index] for index in chosen)
        yield {"layers": list(layers.values()), "read": read, "count": count, "is_choice": not wanted}
        for index in chosen:
            for item in of_layer(body, index, driver, encoding, crs, counts[index]):
                yield item if isinstance(item, dict) else (layers[index], *item)
    except (DataSourceError, DataLayerError) as error:
        raise PortalError("unreadable", f"GDAL's {driver} driver cannot read it ({told(error)}).") from error
    except UnicodeDecodeError as error:
        raise PortalError("bad-encoding", f"The text of the {driver} file is not {encoding or 'UTF-8'}.") from error


def told(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def titled(names: list[str], geopackage: bytes) -> dict[int, str]:
    """The layers that may be read by their number: GDAL names one without a title by the place it read it from."""
    found = {index: "" if name.startswith("pyogrio_") else name for index, name in enumerate(names[:LAYERS_MAX])}
    plain_tables = tables(geopackage) if geopackage else set(found.values())
    return {index: name for index, name in found.items() if name in plain_tables}


def chosen_layers(layers: dict[int, str], filled: list[int], wanted: str) -> list[int]:
    named = [index for index, name in layers.items() if name == wanted]
    if wanted not in ("", "*") and not named:
        titles = ", ".join(layers.values())[:300]
        raise PortalError("bad-option", f"There is no layer “{wanted[:80]}”; there are: {titles}.")
    if wanted == "*":
        return filled
    return named[:1] if wanted else filled[:1]


def tables(body: bytes) -> set[str]:
    """The layers of a GeoPackage that are plain tables: a view may say anything, a virtual table open anything."""
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(body)
        listed = base.execute("SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')")
        names = {str(name) for (name,) in listed.fetchmany(LAYERS_MAX)}
        made = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.Error as error:
        raise PortalError("unreadable", f"It is not a GeoPackage that can be read ({told(error)}).") from error
    finally:
        base.close()
    return names & {str(name) for name, sql in made if not str(sql).lstrip().upper().startswith("CREATE VIRTUAL")}


def of_layer(body: bytes, layer: int, driver: str, encoding: str, crs: str, count: int) -> Iterator[Any]:
    step = CHUNK_FEATURES if driver in IN_CHUNKS else max(count, 1)
    for start in range(0, max(count, 1), step):
        meta, fids, shapes, columns = pyogrio.raw.read(
            body, layer=layer, encoding=encoding or None, force_2d=True, return_fids=True, datetime_as_string=True,
            skip_features=start, max_features=step,
        )  # fmt: skip
        geometries, notes = placed(shapes, meta["crs"] or crs, len(fids))
        yield {"notes": notes}
        names = [str(name) for name in meta["fields"]]
        values = [plain_column(column, str(kind)) for column, kind in zip(columns, meta["ogr_types"], strict=True)]
        for at, fid in enumerate(fids):
            row = {name: column[at] for name, column in zip(names, values, strict=True)}
            yield int(fid), geometries[at], row


def placed(shapes: Any, crs: str | None, count: int) -> tuple[list[Any], list[str]]:
    """GeoJSON geometries in longitude and latitude, and what is to be told about them."""
    if shapes is None:
        return [None] * count, []
    found = shapely.from_wkb(shapes, on_invalid="ignore")
    notes = []
    if crs and crs.upper() not in DEGREES:
        try:
            system = CRS.from_user_input(crs).to_2d()
            move = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
            found = shapely.transform(found, lambda pairs: np.column_stack(move.transform(pairs[:, 0], pairs[:, 1])))
        except (CRSError, ProjError) as error:
            return [None] * count, [f"The coordinate system is of no map ({told(error)}); geometries were left out."]
        notes.append(f"Geometries were converted from {named(system)} to longitude and latitude.")
    finite = np.isfinite(shapely.bounds(found)).all(axis=1)
    if (~shapely.is_missing(found) & ~shapely.is_empty(found) & ~finite).any():
        notes.append("Some geometries make no sense and were left out.")
    texts = shapely.to_geojson(np.where(finite, found, None))
    return [json.loads(text) if text else None for text in texts], notes


def named(system: CRS) -> str:
    code = system.to_epsg(min_confidence=70)
    return f"EPSG:{code}" if code else system.name


def plain_column(column: Any, kind: str) -> list[Any]:
    """The values of one field; a whole number stays one although others of its column are missing."""
    if column.dtype.kind == "f" and kind.startswith("OFTInteger"):
        return [int(value) if np.isfinite(value) else None for value in column]
    return [plain(value) for value in column.tolist()]


def plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    return None if isinstance(value, bytes) else str(value)


def shapefile(body: bytes, wanted: str, encoding: str, crs: str) -> Iterator[Any]:
    """The features of one shapefile of a ZIP: as `features`, its files packed anew under names of ours."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in packed.entries(body):
        stem, _, ending = entry.filename.rpartition(".")
        if ending.lower() in PARTS and not stem.startswith("__MACOSX"):
            found.setdefault(stem, {})[ending.lower()] = entry
    layers = {stem.rpartition("/")[2]: parts for stem, parts in sorted(found.items()) if "shp" in parts}
    if wanted and wanted not in layers:
        raise PortalError("bad-option", f"There is no layer “{wanted[:80]}”; there are: {', '.join(layers)[:300]}.")
    layer = wanted or next(iter(layers), "")
    parts = {ending: packed.unpacked(body, entry) for ending, entry in layers.get(layer, {}).items()}
    if "dbf" not in parts:
        raise PortalError("unreadable", "There is no shapefile of .shp and .dbf in the ZIP file.")
    encoding = encoding or encoding_of(parts)
    for item in features(repacked(parts), "ESRI Shapefile", "", encoding, crs):
        if isinstance(item, dict) and "layers" in item:
            yield item | {"layers": list(layers), "read": [layer], "encoding": encoding, "is_choice": not wanted}
        else:
            yield item if isinstance(item, dict) else (layer, *item[1:])


def repacked(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for ending, data in parts.items():
            if ending != "cpg":
                archive.writestr(f"layer.{ending}", data)
    return target.getvalue()


def encoding_of(parts: dict[str, bytes]) -> str:
    """The encoding that the table of a shapefile says, when its text agrees; else the one that its text shows."""
    text = parts["dbf"][HEADER_BYTES:]
    declared = parts.get("cpg", b"").decode("ascii", "replace").strip()
    is_utf_8 = decodes(text, "utf-8")
    if is_utf_8 and not text.isascii():
        return "UTF-8"
    if declared.upper() in ("UTF-8", "UTF8", "65001"):
        return "UTF-8" if is_utf_8 else "CP1252"
    if declared:
        return f"CP{declared}" if declared.isdigit() else declared
    return "CP1252" if parts["dbf"][LANGUAGE_BYTE : LANGUAGE_BYTE + 1] in (b"", b"\0", b"\x57") else ""


def decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
