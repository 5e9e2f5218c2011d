"""The names of a source's fields, and a mapping's entries, in words for people who do not know the notation."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABELS: dict[str, str | Promise] = {
    "kind": gettext_lazy("Nature"),
    "title": gettext_lazy("Nom de la source"),
    "publisher": gettext_lazy("Éditeur"),
    "licence": gettext_lazy("Licence"),
    "territory": gettext_lazy("Territoire"),
    "lang": gettext_lazy("Langue"),
    "frequency": gettext_lazy("Fréquence"),
    "protocol": gettext_lazy("Protocole"),
    "timezone": gettext_lazy("Fuseau horaire"),
    "options.encoding": gettext_lazy("Encodage"),
    "options.delimiter": gettext_lazy("Séparateur"),
    "options.header_row": gettext_lazy("Ligne des titres"),
    "mapping.id": gettext_lazy("Identifiant"),
    "mapping.title": gettext_lazy("Titre"),
    "mapping.summary": gettext_lazy("Résumé"),
    "mapping.description": gettext_lazy("Description"),
    "mapping.organisation": gettext_lazy("Organisation"),
    "mapping.position": gettext_lazy("Position"),
    "mapping.lat": gettext_lazy("Latitude"),
    "mapping.lon": gettext_lazy("Longitude"),
    "mapping.point": gettext_lazy("Point"),
    "mapping.geometry": gettext_lazy("Géométrie"),
    "mapping.crs": gettext_lazy("Système de coordonnées"),
    "mapping.address": gettext_lazy("Adresse"),
    "mapping.postal_code": gettext_lazy("Code postal"),
    "mapping.commune": gettext_lazy("Commune"),
    "mapping.area": gettext_lazy("Quartier ou code du secteur"),
    "mapping.starts": gettext_lazy("Début"),
    "mapping.ends": gettext_lazy("Fin"),
    "mapping.deadline": gettext_lazy("Date limite"),
    "mapping.status": gettext_lazy("État"),
    "mapping.themes": gettext_lazy("Thèmes"),
    "mapping.budget": gettext_lazy("Montant"),
    "mapping.currency": gettext_lazy("Monnaie"),
    "mapping.edition": gettext_lazy("Édition"),
    "mapping.votes": gettext_lazy("Votes"),
    "mapping.places": gettext_lazy("Places"),
    "mapping.remote": gettext_lazy("À distance"),
    "mapping.schedule": gettext_lazy("Horaire"),
    "mapping.opening_hours": gettext_lazy("Heures d’ouverture"),
    "mapping.open_to_minors": gettext_lazy("Ouvert aux mineurs"),
    "mapping.reduced_mobility": gettext_lazy("Accessible en fauteuil"),
    "mapping.website": gettext_lazy("Site"),
    "mapping.join_url": gettext_lazy("Page d’inscription"),
    "mapping.source_url": gettext_lazy("Page à la source"),
    "mapping.image": gettext_lazy("Image"),
    "mapping.data_date": gettext_lazy("Date de la donnée"),
}
_SLOT = re.compile(r"\{([^{}]+)\}")


def label_of(name: str) -> str:
    """What a field is called; a rare one by its own name."""
    return str(LABELS.get(name, name.removeprefix("mapping.").removeprefix("options.")))


def in_words(spec: Any) -> str:
    """Where a field's value comes from: «année + numéro», «titre, sinon nom», «date (jour seul)»."""
    if isinstance(spec, list):
        otherwise = _("sinon")
        return f", {otherwise} ".join(map(in_words, spec))
    if isinstance(spec, dict):
        return _table_in_words(spec)
    names = parts_of(spec)
    return " + ".join(names) if names else str(spec)


def parts_of(spec: Any) -> list[str]:
    """The columns that a template puts together; none when it is a column itself."""
    return _SLOT.findall(spec) if isinstance(spec, str) else []


def _table_in_words(spec: dict[str, Any]) -> str:
    if "column" not in spec:
        return str(spec.get("value", ""))
    notes = [_("jour seul")] if spec.get("day") else []
    notes += {"lat,lon": [_("latitude d’abord")], "lon,lat": [_("longitude d’abord")]}.get(str(spec.get("order")), [])
    return in_words(spec["column"]) + (f" ({', '.join(notes)})" if notes else "")
