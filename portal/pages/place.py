"""What a typed place means: one place, several of the same name, or none that we know.

A form without script sends the text of the place box with the coordinates that the former text
had; `place_was` tells whether they still belong together.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.models import Area, Level
from geo.parse import Near
from geo.places import Found, search
from portal.pages.state import PLACE_MAX, State

CHOICES = 12
OBVIOUS_RATIO = 10
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
    question: str = ""
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
    places = search(typed, limit=CHOICES)
    named = [place for place in places if place.exact]
    chosen = _obvious(named or places)
    if chosen is not None:
        return Decision(data, address=address_of(data, chosen))
    choices = tuple(Choice(place.name, place.context, address_of(data, place.area)) for place in named or places)
    if choices:
        words = (
            _("Plusieurs lieux s’appellent « %s » : lequel ?")
            if named
            else _("Pas de lieu « %s ». Vouliez-vous dire :")
        )
        return Decision(data, typed=typed, question=words % typed, choices=choices)
    return Decision(data, typed=typed, message=_("Nous ne connaissons pas de lieu nommé « %s ».") % typed)


def _obvious(places: list[Found]) -> Area | None:
    """The only place, or the one that is so much larger than its namesakes that it is meant."""
    if not places:
        return None
    first, *others = sorted((place.area for place in places), key=lambda area: -(area.population or 0))
    largest_other = max((area.population or 0 for area in others), default=0)
    return first if not others or (first.population or 0) >= OBVIOUS_RATIO * max(largest_other, 1) else None


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
