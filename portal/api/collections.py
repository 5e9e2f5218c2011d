"""The collections of the API: everything, and each kind by itself."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.utils.translation import gettext as _

from portal.api.problems import Problem
from portal.vocabularies import Kind

COLLECTIONS: Mapping[str, tuple[Kind, ...]] = {
    "all": (),
    "initiatives": (Kind.INITIATIVE,),
    "projects": (Kind.PROJECT,),
    "missions": (Kind.MISSION,),
}
TITLES: Mapping[str, Callable[[], str]] = {
    "all": lambda: _("Initiatives, projets et missions"),
    "initiatives": lambda: _("Initiatives citoyennes"),
    "projects": lambda: _("Projets des villes"),
    "missions": lambda: _("Missions bénévoles"),
}
DESCRIPTIONS: Mapping[str, Callable[[], str]] = {
    "all": lambda: _("Tout ce que publient les portails moissonnés, sous la licence de chaque source."),
    "initiatives": lambda: _("Associations, lieux et actions de citoyens, sous la licence de chaque source."),
    "projects": lambda: _("Projets des villes, surtout de budgets participatifs, sous la licence de chaque source."),
    "missions": lambda: _("Missions à rejoindre comme bénévole, sous la licence de chaque source."),
}


def kinds_of(collection: str) -> tuple[Kind, ...]:
    """The kinds that a collection is bounded to; none means all. Raises Problem."""
    if collection not in COLLECTIONS:
        detail = _("Il n’y a pas de collection « %(name)s » ; il y a : %(known)s.")
        raise Problem(HTTPStatus.NOT_FOUND, detail % {"name": collection[:60], "known": ", ".join(COLLECTIONS)})
    return COLLECTIONS[collection]
