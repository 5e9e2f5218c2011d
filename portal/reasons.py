"""What each code of a Rejection and of a Run's error means, and what to do about it, in the site's words.

The one list of codes: a test holds to it what the harvesters say (`harvesters/errors.py` has their advice in a
terminal). Where no advice is given, there is nothing to do.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Reason:
    """means: what happened; advice: what the person who runs the site can do, or ""."""

    means: Words
    advice: Words = ""


_LATER = _("Rien n’a été changé : réessayez plus tard.")
_KEPT = _("Ce qui est venu est gardé et rien n’est retiré : réessayez plus tard.")
_ADDRESS = _("Vérifiez l’adresse de la source.")
_FORMAT = _("Vérifiez le protocole et le format de la source.")
_OPTIONS = _("Corrigez les options de la source.")
_SMALLER = _("Demandez un fichier plus petit à l’éditeur, ou restreignez la source par un filtre.")
_PUBLISHER = _("Signalez-le à l’éditeur.")
_MAPPING = _("Vérifiez la correspondance des colonnes ; sinon, signalez-le à l’éditeur.")

REJECTIONS: dict[str, Reason] = {
    "unreadable": Reason(_("La ligne est abîmée : elle n’a pas pu être lue."), _PUBLISHER),
    "no-id": Reason(_("La fiche n’a pas d’identifiant."), _MAPPING),
    "no-title": Reason(_("La fiche n’a pas de titre."), _MAPPING),
    "duplicate-id": Reason(_("Une autre fiche a le même identifiant : la première a été prise."), _MAPPING),
    "erased": Reason(_("La fiche a été effacée à la demande : elle n’est plus jamais reprise.")),
    "own-record": Reason(_("La fiche vient de ce site, ou y est déjà de première main.")),
    "long-chain": Reason(
        _("La fiche est passée par trop de sites."), _("Moissonnez plutôt le portail d’où elle vient.")
    ),
}

ERRORS: dict[str, Reason] = {
    "unreachable": Reason(_("Le portail ne répond pas."), _LATER),
    "timeout": Reason(_("Le portail s’est tu trop longtemps."), _LATER),
    "too-slow": Reason(_("La réponse est trop lente."), _SMALLER),
    "too-large": Reason(_("La réponse est trop grosse."), _SMALLER),
    "too-big": Reason(_("Le fichier demande trop de mémoire."), _SMALLER),
    "too-long": Reason(_("La lecture a pris plus de temps qu’une moisson n’en a."), _SMALLER),
    "bad-address": Reason(_("L’adresse de la source n’est pas une adresse."), _ADDRESS),
    "refused-address": Reason(
        _("L’adresse mène à une machine privée, où les moissons ne vont pas."),
        _("Si cette machine est à vous, ajoutez-la à PARAGES_ALLOW_HOSTS."),
    ),
    "too-many-redirects": Reason(_("Le portail renvoie d’adresse en adresse sans fin."), _ADDRESS),
    "redirect-refused": Reason(_("Le portail renvoie là où l’on ne peut aller."), _ADDRESS),
    "http-status": Reason(_("Le portail répond par une erreur."), _ADDRESS),
    "busy": Reason(_("Le portail demande qu’on le laisse tranquille un moment."), _LATER),
    "certificate": Reason(_("Le certificat du portail n’est pas valable."), _PUBLISHER),
    "bad-answer": Reason(_("La réponse est mal formée."), _LATER),
    "truncated": Reason(_("La réponse s’interrompt avant la fin."), _LATER),
    "html-instead": Reason(_("Une page web est venue à la place des données."), _ADDRESS),
    "empty": Reason(_("La réponse est vide."), _ADDRESS),
    "being-made": Reason(_("Le portail est encore en train de préparer le fichier."), _LATER),
    "not-json": Reason(_("La réponse n’est pas du JSON lisible."), _FORMAT),
    "not-xml": Reason(_("La réponse n’est pas du XML lisible."), _FORMAT),
    "not-csv": Reason(_("La réponse n’est pas un tableau lisible."), _FORMAT),
    "not-geojson": Reason(_("La réponse n’est pas du GeoJSON lisible."), _FORMAT),
    "bad-encoding": Reason(_("L’encodage du texte n’a pas pu être établi."), _OPTIONS),
    "unknown-format": Reason(_("Ce format ne peut pas être lu."), _FORMAT),
    "portal-error": Reason(_("Le portail ne répond pas comme son protocole le veut."), _FORMAT),
    "no-dataset": Reason(_("Aucun jeu de données n’a été trouvé."), _OPTIONS),
    "no-key": Reason(
        _("La clé que le portail demande manque."), _("Mettez-la dans la variable d’environnement nommée.")
    ),
    "bad-option": Reason(_("Une option de la source ne convient pas."), _OPTIONS),
    "repeated-page": Reason(
        _("Le portail donne deux fois la même page."), _("Lisez plutôt son export ou son fichier entier.")
    ),
    "unknown-protocol": Reason(_("Le protocole de la source n’existe pas."), _FORMAT),
    "unreadable": Reason(_("Le fichier ne peut pas être lu."), _("Demandez un autre format, comme le CSV.")),
    "incomplete": Reason(_("Le portail n’a pas donné tout ce qu’il annonce."), _KEPT),
    "no-records": Reason(
        _("Le portail n’a donné aucune fiche alors qu’il y en avait."),
        _("Si c’est voulu, désactivez la source ; rien n’est retiré sinon."),
    ),
    "columns-gone": Reason(
        _("Des colonnes que la source avait toujours ont disparu ou changé de nom : rien n’a été changé."),
        _("Corrigez la correspondance des colonnes ; si c’est voulu, réinitialisez la source (source reset)."),
    ),
    "all-filtered": Reason(
        _("Le filtre de la source écarte toutes les fiches alors qu’il y en avait : rien n’est retiré."),
        _("Vérifiez le filtre : une colonne ou un mot a sans doute changé chez l’éditeur."),
    ),
    "nothing-taken": Reason(_("Aucune des fiches lues n’a pu être prise."), _MAPPING),
    "repeated-records": Reason(
        _("Des fiches sont venues deux fois à la place d’autres."), _("Lisez plutôt l’export du portail.")
    ),
    "ended": Reason(_("La moisson a été arrêtée de l’extérieur."), _LATER),
    "taken-over": Reason(_("Une autre machine a repris cette moisson, qui ne donnait plus signe de vie."), _LATER),
    "under-way": Reason(_("Une autre moisson de cette source est en cours."), _LATER),
    "database": Reason(_("La base de données n’a pas répondu."), _LATER),
    "unforeseen": Reason(
        _("Un imprévu, que les journaux de la machine racontent."), _("Signalez-le à qui développe Parages.")
    ),
}
"""Why a run failed or is partial (`Run.error_code`)."""

NOT_LISTED = Reason(_("Autre raison."))


def of_rejection(code: str) -> Reason:
    """The words for a Rejection's code."""
    return REJECTIONS.get(code, NOT_LISTED)


def of_error(code: str) -> Reason:
    """The words for a Run's error code."""
    return ERRORS.get(code, NOT_LISTED)
