"""The sentence above the list: how many, how far, of where."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.pages import facts
from portal.pages.sections import Listing
from portal.pages.state import State


def heading(state: State, listing: Listing) -> str:
    """`214 résultats à moins de 5 km de Mons`."""
    return _found(listing.matched) + _where(state)


def _found(matched: int) -> str:
    if matched == 0:
        return _("Aucun résultat")
    return ngettext("%(n)s résultat", "%(n)s résultats", matched) % {"n": facts.number(matched)}


def _where(state: State) -> str:
    query, place = state.query, state.label
    if query.bbox:
        return " " + _("dans la zone de la carte")
    if query.near is None:
        return ""
    if query.radius_m is None:
        return _(", du plus proche au plus loin de %s") % place if place else _(", du plus proche au plus loin")
    words = {"radius": facts.radius(query.radius_m), "place": place}
    if not place:
        return " " + _("à moins de %(radius)s de ce point") % words
    return " " + _("à moins de %(radius)s de %(place)s") % words
