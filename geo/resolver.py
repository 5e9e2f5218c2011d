"""Turns the names, postcodes and codes that records carry into Areas of a territory."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models.expressions import RawSQL

from geo.models import Area, AreaName, Level
from geo.names import fold, without_article

_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM geo_area WHERE code = ANY(%s)
    UNION
    SELECT geo_area.id FROM geo_area JOIN below ON geo_area.parent_id = below.id
)
SELECT id FROM below
"""
_ORDER = (Level.COMMUNE, Level.DISTRICT, Level.PLACE, Level.PROVINCE, Level.REGION, Level.COUNTRY)
"""Of several Areas of one name, the one of the first of these levels is meant."""

_HEAD = 2
"""Letters of a postcode that tell the part of the country."""

_TITLES = ("ville de ", "commune de ", "city of ", "stad ", "gemeente ", "m st ", "miasto ", "quartier ", "dzielnica ")
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
_DEPARTEMENT = re.compile(r"\((\d{2,3}|2[AB])\)\s*$", re.IGNORECASE)
_ARRONDISSEMENT = re.compile(
    r"(?:(\D+?) )?0?(\d{1,2}) ?(?:er|e|eme|ieme|nd|nde|st|rd|th)?(?: (?:arrondissement|arrdt|arr|ardt))?"
)
_TWO_NAMES = re.compile(r"\s+[-–—]\s+|\s*/\s*")


class Resolver:
    """Finds the Areas of a territory by name, postcode or code; what is ambiguous is not found.

    `territory` are Area codes: what is below them, and they, can be found. The names are read once,
    so that thousands of calls cost nothing; make one Resolver for each harvest.
    """

    def __init__(self, territory: Iterable[str]) -> None:
        below = RawSQL(_BELOW, [list(territory)])  # noqa: S611 - our own words, the codes are parameters
        areas = Area.objects.defer("outline", "shape").filter(pk__in=below)
        self._areas: dict[int, Area] = {area.pk: area for area in areas.iterator()}
        self._codes: dict[str, list[Area]] = defaultdict(list)
        for area in self._areas.values():
            for code in {area.code, area.code.split("-", 1)[-1]}:
                self._codes[code.lower()].append(area)
        self._names: dict[str, set[int]] = defaultdict(set)
        self._aliases: dict[str, set[int]] = defaultdict(set)
        self._postcodes: dict[str, set[int]] = defaultdict(set)
        self._heads: dict[int, set[str]] = defaultdict(set)
        self._read_keys(below)

    def find(
        self, *, name: str | None = None, postcode: str | None = None, code: str | None = None, level: str | None = None
    ) -> Area | None:
        """The one Area meant, or None. A code wins over a name, a name over a postcode, which settles namesakes."""
        found = self._by_code(code.strip(), level) if code else None
        if found is None and name:
            found = self._by_name(name, postcode, level)
        if found is None and postcode and not name:
            found = self._narrowest(self._postcodes.get(fold(postcode), set()), level)
        return found

    def of_code(self, code: str, level: str | None = None) -> list[Area]:
        """Every Area of that code, with its country (`fr-44109`) or without."""
        return [area for area in self._codes.get(code.lower(), ()) if level in (None, area.level)]

    def of_name(self, name: str, level: str | None = None) -> list[Area]:
        """Every Area of that name, or else of that other name."""
        for table in (self._names, self._aliases):
            ids = {pk for key in _spellings(fold(name)) for pk in table.get(key, ())}
            areas = [self._areas[pk] for pk in sorted(ids) if level in (None, self._areas[pk].level)]
            if areas:
                return areas
        return []

    def _read_keys(self, below: RawSQL) -> None:
        tables = {
            AreaName.Kind.NAME: self._names,
            AreaName.Kind.ALIAS: self._aliases,
            AreaName.Kind.POSTCODE: self._postcodes,
        }
        for area_id, key, kind in AreaName.objects.filter(area_id__in=below).values_list("area_id", "key", "kind"):
            tables[AreaName.Kind(kind)][key].add(area_id)
            if kind == AreaName.Kind.POSTCODE:
                self._heads[area_id].add(key[:_HEAD])

    def _by_code(self, code: str, level: str | None) -> Area | None:
        areas = self.of_code(code, level)
        if areas:
            return areas[0] if len(areas) == 1 else None
        found = self._narrowest(self._postcodes.get(fold(code), set()), level)
        return found or self._narrowest(self._aliases.get(_former_code(code), set()), level)

    def _by_name(self, name: str, postcode: str | None, level: str | None) -> Area | None:
        departement = _DEPARTEMENT.search(name)
        within = f"fr-{departement[1].lower()}" if departement else ""
        text = _CEDEX.sub("", _DEPARTEMENT.sub("", name))
        whole = self._one_name(text, postcode, level, within)
        if whole is not None or not _TWO_NAMES.search(text.strip()):
            return whole
        both = [self._one_name(part, postcode, level, within) for part in _TWO_NAMES.split(text.strip())]
        areas = {area.pk: area for area in both if area is not None}
        return next(iter(areas.values())) if len(areas) == 1 else None

    def _one_name(self, text: str, postcode: str | None, level: str | None, within: str) -> Area | None:
        for key in _spellings(fold(text)):
            for table in (self._names, self._aliases):
                ids = {pk for pk in table.get(key, ()) if self._fits(self._areas[pk], postcode, level, within)}
                if ids:
                    return self._likeliest(ids, postcode)
        return None

    def _fits(self, area: Area, postcode: str | None, level: str | None, within: str) -> bool:
        """Whether nothing that is said speaks against it: a postcode of another département does."""
        heads = self._heads.get(area.pk)
        near = not postcode or not heads or fold(postcode)[:_HEAD] in heads
        return near and area.code.startswith(within) and level in (None, area.level)

    def _likeliest(self, ids: set[int], postcode: str | None) -> Area | None:
        """The one of the first level that has any, if only one has (or only one has the postcode)."""
        first = min((self._areas[pk].level for pk in ids), key=_ORDER.index)
        same = {pk for pk in ids if self._areas[pk].level == first}
        if len(same) > 1 and postcode:
            same &= self._postcodes.get(fold(postcode), set())
        return self._areas[same.pop()] if len(same) == 1 else None

    def _narrowest(self, ids: set[int], level: str | None) -> Area | None:
        """Of a city and its one district, the district; of several communes, none."""
        areas = [self._areas[pk] for pk in ids if level in (None, self._areas[pk].level)]
        current = [area for area in areas if area.level != Level.PLACE] or areas
        cities = {area.parent_id for area in current if area.level == Level.DISTRICT}
        rest = [area for area in current if area.pk not in cities]
        return rest[0] if len(rest) == 1 else None


def _former_code(code: str) -> str:
    """The key of a former commune's code: French lists keep the codes of communes merged long ago."""
    return f"fr {fold(code).removeprefix('fr ')}"


def _spellings(key: str) -> list[str]:
    """The folded name, without its title, and without its article, and as the gazetteer calls arrondissements."""
    bare = [key.removeprefix(title) for title in _TITLES if key.startswith(title)]
    keys = [key, *bare, without_article(key)]
    match = _ARRONDISSEMENT.fullmatch(key)
    if match:
        city, number = match.groups()
        keys.append(f"{city} {int(number)}" if city else f"{int(number)}e arrondissement")
    return keys
