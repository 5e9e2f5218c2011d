"""Gives Areas the outlines of a file, by their code or their name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from geo.keys import keys_of
from geo.models import Area, AreaName, Level
from geo.names import fold
from geo.outline_files import BadOutlines, Outline, read_outlines
from geo.resolver import Resolver
from geo.shapes import to_geos
from geo.sizes import GEOD, radius_of_shape_m

CODE_FIELDS: tuple[str, ...] = (
    "code",
    "code_insee",
    "insee_com",
    "insee",
    "codgeo",
    "nis",
    "nis_code",
    "niscode",
    "refnis",
)
CODE_FIELDS += ("cd_munty_refnis", "ref:ins", "ref:insee", "iso_a2", "iso_3166_2", "code_arrondissement", "id")
NAME_FIELDS = ("nom", "name", "name_fr", "nom_com", "libelle", "nom_arrondissement", "naam", "nazwa", "nombre", "label")
_FARTHEST_M = 30_000
_FARTHEST_RADII = 3
_ALIKE = 0.6


@dataclass(frozen=True)
class Choice:
    """How the features of a file are read; what is empty is found out."""

    source: str
    licence: str
    level: str = ""
    country: str = ""
    within: str = ""
    code_field: str = ""
    name_field: str = ""


@dataclass
class Report:
    """What became of each outline of a file."""

    read: int
    matched: int = 0
    created: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        refused = f"{len(self.refused)} refused"
        return f"{self.read} outlines read, {self.matched} matched, {self.created} new, {refused}"


def load_outlines(path: Path, choice: Choice) -> Report:
    """Store the outlines of a file, all or, on an error, none. Raises BadOutlines.

    An outline belongs to the Area of its code, below `within` or in the country. With a level it may
    also go by its name, else by what it looks like, and one that fits none becomes a new Area.
    Whatever lies far from the Area that we know by that code or name is refused.
    """
    outlines = read_outlines(path)
    loader = _Loader(choice, outlines)
    with transaction.atomic():
        for outline in outlines:
            loader.store(outline)
    return loader.report


class _Loader:
    def __init__(self, choice: Choice, outlines: Sequence[Outline]) -> None:
        self.choice = choice
        self.report = Report(len(outlines))
        self.above = _territory(choice)
        self.country = self.above[0].country if len(self.above) == 1 else ""
        self.resolver = Resolver([area.code for area in self.above])
        self.code_field = choice.code_field or self._detect(outlines, CODE_FIELDS, "code")
        self.name_field = choice.name_field or self._detect(outlines, NAME_FIELDS, "")
        if not self.code_field and not self.name_field:
            fields = ", ".join(sorted({name for outline in outlines for name in outline.properties}))
            raise BadOutlines(
                f"no property looks like a code or a name; say which with --name-field (there are: {fields})"
            )
        self.done: dict[int, str] = {}

    def store(self, outline: Outline) -> None:
        """Match, create or refuse one outline, and count it."""
        code, name = self._said(outline, self.code_field), self._said(outline, self.name_field)
        title = name or code or f"outline {outline.number}"
        if outline.shape is None:
            self.report.refused.append((title, outline.problem))
            return
        area = self._match(code, name, outline.shape)
        problem = self._problem(area, code, name)
        if problem:
            self.report.refused.append((title, problem))
        elif area is None:
            self.done[self._create(code, name, outline.shape).pk] = title
            self.report.created += 1
        else:
            self._draw(area, outline.shape)
            self.done[area.pk] = title
            self.report.matched += 1

    def _match(self, code: str, name: str, shape: BaseGeometry) -> Area | None:
        level = self.choice.level or None
        by_code = self.resolver.of_code(code, level) if code else []
        by_name = self.resolver.of_name(name, level) if name and level else []
        coded = [area for area in by_code if self._is_named(area, name) or _holds_centre(area, shape)]
        for areas in (coded, by_name):
            near = [area for area in areas if _is_near(area, shape)]
            if near:
                return min(near, key=lambda area: _distance_m(area, shape))
        return self._same_shape(shape) if level else None

    def _is_named(self, area: Area, name: str) -> bool:
        return not name or area in self.resolver.of_name(name, area.level)

    def _same_shape(self, shape: BaseGeometry) -> Area | None:
        """The Area whose outline is nearly this one, whatever its name."""
        drawn = Area.objects.filter(level=self.choice.level, outline__isnull=False, shape__intersects=to_geos(shape))
        known = [(_likeness(shapely.from_wkb(bytes(area.shape.wkb)), shape), area.code, area) for area in drawn]
        return next((area for share, _code, area in sorted(known)[-1:] if share >= _ALIKE), None)

    def _problem(self, area: Area | None, code: str, name: str) -> str:
        level = self.choice.level
        new_code = self._new_code(code, name)
        known = area is None and (
            self.resolver.of_code(code, level or None) or self.resolver.of_name(name, level or None)
        )
        problems = {
            f"the same area as «{self.done.get(area.pk if area else 0)}»": area is not None and area.pk in self.done,
            "the areas we know by that code or name are elsewhere": bool(known) and bool(level),
            "no area of that code; to go by names, say with --level what they are": area is None and not level,
            "no area of that code, and no name to create it with": area is None and not name,
            "not known, and new countries are not created": area is None and level == Level.COUNTRY,
            "not known; to create it, say in which country with --country": area is None and not self.country,
            f"the code {new_code} is taken by another area": area is None
            and Area.objects.filter(code=new_code).exists(),
        }
        return next((words for words, true in problems.items() if true), "")

    def _create(self, code: str, name: str, shape: BaseGeometry) -> Area:
        area = Area(code=self._new_code(code, name), level=self.choice.level, country=self.country, name=name)
        area.parent, area.centre = self.above[0], _inner_point(shape)
        self._draw(area, shape)
        keys = keys_of((name,), (), (), area.level, area.country, None)
        AreaName.objects.bulk_create(
            AreaName(area=area, key=key, kind=kind, weight=weight) for key, kind, weight in keys
        )
        return area

    def _draw(self, area: Area, shape: BaseGeometry) -> None:
        area.shape = to_geos(shape)
        area.outline = area.shape
        area.radius_m = max(round(radius_of_shape_m(shape)), 1)
        if not _holds_centre(area, shape):
            area.centre = _inner_point(shape)
        area.source = _joined(area.source, self.choice.source, 200)
        area.licence = _joined(area.licence, self.choice.licence, 60)
        area.save()

    def _new_code(self, code: str, name: str) -> str:
        base = self.choice.within or self.country.lower()
        return f"{base}-{re.sub(r'[^0-9a-z]+', '-', fold(code or name))}"[:40]

    def _said(self, outline: Outline, name: str) -> str:
        value = outline.properties.get(name) if name else None
        return "" if value is None else " ".join(str(value).split())

    def _detect(self, outlines: Sequence[Outline], wanted: tuple[str, ...], kind: str) -> str:
        """The first usual property that most outlines have; a code must also be one that we know of most."""
        present = {str(name).casefold(): name for outline in outlines for name in outline.properties}
        for field_name in (present[name] for name in wanted if name in present):
            said = [self._said(outline, field_name) for outline in outlines]
            good = sum(bool(value) and (not kind or bool(self.resolver.of_code(value))) for value in said)
            if good * 2 >= len(said):
                return str(field_name)
        return ""


def _territory(choice: Choice) -> list[Area]:
    if choice.within:
        areas = list(Area.objects.filter(code=choice.within))
        if not areas:
            raise BadOutlines(f"there is no area of the code {choice.within}")
        return areas
    countries = Area.objects.filter(level=Level.COUNTRY)
    found = list(countries.filter(country=choice.country.upper()) if choice.country else countries)
    if choice.country and not found:
        raise BadOutlines(f"there is no country of the code {choice.country}")
    return found


def _is_near(area: Area, shape: BaseGeometry) -> bool:
    """Whether an outline may be of the Area: not farther from its centre than a few of its radii."""
    return _distance_m(area, shape) <= max(_FARTHEST_M, _FARTHEST_RADII * area.radius_m)


def _holds_centre(area: Area, shape: BaseGeometry) -> bool:
    return bool(shape.covers(shapely.Point(area.centre.x, area.centre.y)))


def _distance_m(area: Area, shape: BaseGeometry) -> float:
    edge = shapely.shortest_line(shapely.Point(area.centre.x, area.centre.y), shape).coords
    return float(GEOD.inv(*edge[0], *edge[-1])[2])


def _likeness(one: BaseGeometry, other: BaseGeometry) -> float:
    """Area in common divided by area of both: 1 for the same shape."""
    return float(shapely.intersection(one, other).area / shapely.union(one, other).area)


def _inner_point(shape: BaseGeometry) -> Point:
    inside = shape.representative_point()
    return Point(inside.x, inside.y, srid=4326)


def _joined(old: str, new: str, longest: int) -> str:
    both = f"{old} ; {new}" if old and new not in old else old or new
    return both if len(both) <= longest else new
