"""What a typed place means: one place, several of the same name, or none that we know.

A form without script sends the text of the place box with the coordinates that the former text
had; `place_was` tells whether they still belong together.
"""

from dataclasses import dataclass, replace

from django.db.models import Exists, F, OuterRef
from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.models import Area, AreaName, Level
from geo.names import fold
from geo.parse import Near
from portal.pages.state import PLACE_MAX, State

CHOICES = 12
WIDE_RADIUS_M = {Level.PROVINCE: 50_000.0, Level.REGION: None, Level.COUNTRY: None}
"""How far around the middle of what is wider than a commune; None is everywhere, nearest first."""


@dataclass(frozen=True)
class Choice:
    """One of several places of the same name, and the address that takes it."""

    label: str
    context: str
    address: str


@dataclass(frozen=True)
class Decision:
    """What to do with a request: follow `address`, else show the page that `data` ask for."""

    data: QueryDict
    address: str | None = None
    typed: str = ""
    message: str = ""
    choices: tuple[Choice, ...] = ()


def decide(data: QueryDict) -> Decision:
    """Whether the typed place is the one of the coordinates, and where it is if not."""
    typed = " ".join(data.get("place", "").replace("\x00", "").split())[:PLACE_MAX]
    kept = data.copy()
    was = kept.pop("place_was", [None])[-1]
    if not typed and was:
        return Decision(kept, address=State.read(_without_place(kept)).address(place=""))
    if not typed or (kept.get("near") and was in (None, typed)):
        return Decision(_one_day(kept))
    return _found(_one_day(_without_place(kept)), typed)


def _found(data: QueryDict, typed: str) -> Decision:
    areas = _named(typed)
    if len(areas) == 1:
        return Decision(data, address=address_of(data, areas[0]))
    if areas:
        choices = tuple(Choice(area.label, _context(area), address_of(data, area)) for area in areas)
        return Decision(data, typed=typed, choices=choices)
    return Decision(data, typed=typed, message=_("Nous ne connaissons pas de lieu nommé « %s ».") % typed)


def _named(typed: str) -> list[Area]:
    """Areas of exactly this name or postcode, the most populous first; else those whose name begins so."""
    key = fold(typed)
    if not key:
        return []
    areas = (
        Area.objects.select_related("parent")
        .defer("outline", "shape")
        .order_by(F("population").desc(nulls_last=True), "code")
    )
    exact = list(areas.filter(Exists(AreaName.objects.filter(area=OuterRef("pk"), key=key)))[:CHOICES])
    return exact or list(
        areas.filter(Exists(AreaName.objects.filter(area=OuterRef("pk"), key__startswith=key)))[:CHOICES]
    )


def _context(area: Area) -> str:
    """What tells it from its namesakes: the area around it, and the country."""
    return ", ".join(filter(None, (area.parent.label if area.parent else "", area.country)))


def address_of(data: QueryDict, area: Area) -> str:
    """The explorer's address for what `data` ask, moved to an Area."""
    moved = data.copy()
    moved["near"] = str(Near(area.centre.y, area.centre.x))
    state = State.read(moved)
    if area.level in WIDE_RADIUS_M:
        state = state.at(replace(state.query, radius_m=WIDE_RADIUS_M[Level(area.level)]))
    return state.address(place=area.label)


def _without_place(data: QueryDict) -> QueryDict:
    for name in ("near", "place", "bbox"):
        data.pop(name, None)
    return data


def _one_day(data: QueryDict) -> QueryDict:
    """The date field of the form is one more way to say `when`."""
    day = data.pop("day", [""])[-1]
    if day:
        data["when"] = day
    return data
