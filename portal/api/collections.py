"""The collections of the API, and what a request asks of one."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.api.problems import Problem
from portal.query import UNSEEN, Query
from portal.results import Results
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


def results_of(request: HttpRequest, collection: str, also: tuple[str, ...] = ()) -> Results:
    """The answer that a request asks for. Raises BadParameter, and Problem when there is no such collection."""
    return Results(Query.strict(request.GET, also), within=kinds_of(collection))


def kinds_of(collection: str) -> tuple[Kind, ...]:
    """The kinds that a collection is bounded to; none means all. Raises Problem."""
    if collection not in COLLECTIONS:
        detail = _("Il n’y a pas de collection « %(name)s » ; il y a : %(known)s.")
        raise Problem(
            HTTPStatus.NOT_FOUND, detail % {"name": UNSEEN.sub("", collection)[:60], "known": ", ".join(COLLECTIONS)}
        )
    return COLLECTIONS[collection]
