"""Files that the libraries themselves write, for tests of what reads them."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import shapely

from harvesters.formats import read_answer
from harvesters.http import Answer
from harvesters.reading import Reading, Row

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def reading_of(body: bytes, **options: Any) -> Reading:
    answer = Answer("https://example.org/file", body)
    return Reading(lambda reading: read_answer(answer, options, reading))


def rows_of(body: bytes, **options: Any) -> list[Row]:
    return list(reading_of(body, **options))


def data_of(body: bytes, **options: Any) -> list[dict[str, Any]]:
    return [row.data for row in rows_of(body, **options)]


def zipped(files: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def workbook(rows: Iterable[Sequence[Any]], title: str = "Feuille", merged: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    return saved(book)


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def layer(
    folder: Path, driver: str, points: Sequence[Any], columns: Mapping[str, Sequence[Any]], ending: str,
    crs: str = "EPSG:4326", name: str = "lieux", **options: Any,
) -> Path:  # fmt: skip
    """One file (or one more layer of it) of points or other shapes, written by GDAL."""
    path = folder / f"{name if ending == 'shp' else 'file'}.{ending}"
    shapes = [shapely.Point(point) if isinstance(point, tuple) else point for point in points]
    pyogrio.raw.write(
        str(path), np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
        [column(values) for values in columns.values()], list(columns), driver=driver, layer=name, crs=crs,
        geometry_type=shapes[0].geom_type, append=path.exists() and ending != "shp", **options,
    )  # fmt: skip
    return path


def column(values: Sequence[Any]) -> Any:
    return np.array(values, dtype=object if isinstance(values[0], str) else None)


def shapefile(folder: Path, without: Sequence[str] = ()) -> bytes:
    """The shapefiles of a folder in a ZIP."""
    parts = {
        f"données/{path.name}": path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in PARTS and path.suffix not in without
    }
    return zipped(parts)
