"""Which territory a source's records concern: by where they are, else by who publishes them, else by their title."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.models import Area, AreaName, Level
from geo.names import fold
from harvesters.discovery.ground import Ground, territory_of, town_of
from harvesters.discovery.systems import Position
from harvesters.discovery.telling import percent
from portal.models import Source

SURE, PUBLISHER, TITLE = 0.95, 0.7, 0.5
TOWN_FROM = 20_000
"""Inhabitants: a title names many words that are also villages."""
WORDS_MAX = 3


@dataclass(frozen=True, slots=True)
class Found:
    """codes: of the narrowest areas that hold the records; empty when nothing tells. is_sure: not to be asked."""

    codes: list[str]
    confidence: float
    evidence: str
    is_sure: bool = True


def find(source: Source, points: Sequence[Position], ground: Ground) -> Found:
    """points: longitude and latitude of records; without them the towns and postcodes that rows name tell."""
    places = points or [(spots[0].lon, spots[0].lat) for spots in ground.spots.values()]
    if places:
        codes, share = territory_of(places)
        words = _("%(share)s de l’échantillon s’y trouvent : %(names)s")
        return Found(
            codes, round(share * SURE, 2), words % {"share": percent(share), "names": names_of(codes)}, share > 0
        )
    if town := town_of(source.publisher):
        codes, share = territory_of([(town.lon, town.lat)])
        return Found(
            codes, PUBLISHER * share, _("son éditeur en porte le nom : %(names)s") % {"names": names_of(codes)}
        )
    if area := town_in(source.title):
        return Found([area.code], TITLE, _("son titre en parle : %(names)s") % {"names": area.name}, is_sure=False)
    return Found([], 0.0, _("aucune fiche ne dit où elle est"), is_sure=False)


def names_of(codes: Sequence[str]) -> str:
    return ", ".join(Area.objects.filter(code__in=codes).values_list("name", flat=True))


def town_in(title: str) -> Area | None:
    """The largest town that a title names, of several words rather than of one; None for villages."""
    words = fold(title).split()
    keys = {" ".join(words[at : at + size]) for size in range(1, WORDS_MAX + 1) for at in range(len(words))}
    named = AreaName.objects.filter(key__in=keys, kind=AreaName.Kind.NAME, area__level=Level.COMMUNE)
    towns = [name for name in named.select_related("area") if (name.area.population or 0) >= TOWN_FROM]
    best = max(towns, key=lambda name: (name.key.count(" "), name.area.population), default=None)
    return best.area if best else None
