"""The words that the page's script says, handed to it as one block of data."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.pages.state import my_place


def words() -> dict[str, str | list[str]]:
    """Each message, `{…}` for what the script fills in; a pair is singular and plural."""
    return _map_words() | _place_words() | _list_words()


def _map_words() -> dict[str, str | list[str]]:
    return {
        "zoomIn": _("Zoomer"),
        "zoomOut": _("Dézoomer"),
        "searchHere": _("Chercher dans cette zone"),
        "showMap": _("Afficher la carte (environ 200 ko)"),
        "enlarge": _("Agrandir la carte"),
        "reduce": _("Réduire la carte"),
        "markers": _("Résultats sur la carte : flèches pour passer de l’un à l’autre, Entrée pour ouvrir"),
        "cluster": _pair("{n} résultat, zoomer", "{n} résultats, zoomer"),
        "clusterNear": _pair("{n} résultat à {place}, zoomer", "{n} résultats à {place}, zoomer"),
        "sameAddress": _pair("{n} résultat à cette adresse", "{n} résultats à cette adresse"),
        "areaItems": _pair("{name} : {n} résultat pour tout le secteur", "{name} : {n} résultats pour tout le secteur"),
        "areasItems": _("{areas} secteurs, {n} résultats"),
        "close": _("Fermer : {title}"),
        "seePage": _("Voir la fiche"),
        "mapFailed": _("La carte n’a pas pu être chargée. La liste est complète sans elle."),
        "pointsFailed": _("Les points n’ont pas pu être chargés."),
        "retry": _("Réessayer"),
        "initiative": _("Initiative"),
        "project": _("Projet"),
        "mission": _("Mission"),
        "elsewhere": _pair("Ailleurs : {n} résultat", "Ailleurs : {n} résultats"),
        "elsewhereAt": _pair("{place} : {n} résultat", "{place} : {n} résultats"),
        "tilesFailed": _("Le fond de carte choisi ne répond pas : voici le nôtre."),
    }


def _place_words() -> dict[str, str | list[str]]:
    return {
        "myPlace": my_place(),
        "placesFound": _pair("{n} lieu trouvé", "{n} lieux trouvés"),
        "noPlace": _("Aucun lieu de ce nom. Essayez une commune voisine ou un code postal."),
        "denied": _(
            "Votre navigateur n’a pas l’autorisation de donner votre position. Elle se change dans les réglages "
            "du site (cadenas de la barre d’adresse). Vous pouvez taper votre commune ici."
        ),
        "unavailable": _("Votre position n’est pas disponible pour le moment. Tapez votre commune ou un code postal."),
        "timeout": _("Votre position met trop de temps à arriver. Tapez votre commune ou un code postal."),
    }


def _list_words() -> dict[str, str | list[str]]:
    return {
        "loadFailed": _("Ces résultats n’ont pas pu être chargés."),
        "themeDark": _("Passer en thème sombre"),
        "themeLight": _("Passer en thème clair"),
    }


def _pair(singular: str, plural: str) -> list[str]:
    return [ngettext(singular, plural, 1), ngettext(singular, plural, 2)]
