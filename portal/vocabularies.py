"""The words that Activities are described with: kinds, precisions, themes, statuses.

Slugs are what the database, the API and the address bar carry; labels are what pages show.
Mission statuses, remote and rhythm follow API Engagement (betagouv/api-engagement,
`v0/mission/constants.ts`), one to one; project statuses follow the works of a
participatory budget from the idea to the delivery.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    INITIATIVE = "initiative", _("Initiative")
    PROJECT = "project", _("Projet")
    MISSION = "mission", _("Mission")


class Precision(TextChoices):
    """How well the place of an Activity is known, from a door to nothing."""

    EXACT = "exact", _("adresse exacte")
    STREET = "street", _("rue")
    PLACE = "place", _("lieu")
    DISTRICT = "district", _("quartier")
    COMMUNE = "commune", _("commune")
    CITYWIDE = "citywide", _("toute la ville")
    REMOTE = "remote", _("à distance")
    UNKNOWN = "unknown", _("lieu inconnu")


LOCATED = (Precision.EXACT, Precision.STREET, Precision.PLACE)
"""Has a geometry of its own: shown as a pin, sorted by distance."""

AREAL = (Precision.DISTRICT, Precision.COMMUNE, Precision.CITYWIDE)
"""Concerns a whole Area: shown as that area, never as a pin."""

PLACELESS = (Precision.REMOTE, Precision.UNKNOWN)
"""Listed beside the map and counted."""


class Theme(TextChoices):
    ENVIRONMENT = "environment", _("Nature et environnement")
    CLIMATE = "climate", _("Climat et énergie")
    MOBILITY = "mobility", _("Mobilités")
    PUBLIC_SPACE = "public-space", _("Cadre de vie et espace public")
    FOOD = "food", _("Alimentation et agriculture")
    REUSE = "reuse", _("Zéro déchet et réemploi")
    SOLIDARITY = "solidarity", _("Solidarité et entraide")
    HEALTH = "health", _("Santé et bien-être")
    EDUCATION = "education", _("Éducation et jeunesse")
    CULTURE = "culture", _("Culture et patrimoine")
    SPORT = "sport", _("Sport et loisirs")
    CITIZENSHIP = "citizenship", _("Citoyenneté et démocratie")
    DIGITAL = "digital", _("Numérique")
    ECONOMY = "economy", _("Économie locale et emploi")
    SAFETY = "safety", _("Prévention et secours")
    OTHER = "other", _("Autre")


class Status(TextChoices):
    """What has become of an Activity; which words may be used depends on its kind."""

    SUBMITTED = "submitted", _("déposé")
    MERGED = "merged", _("regroupé")
    ELIGIBLE = "eligible", _("recevable")
    REJECTED = "rejected", _("non recevable")
    ON_BALLOT = "on_ballot", _("soumis au vote")
    NOT_SELECTED = "not_selected", _("non retenu")
    SELECTED = "selected", _("lauréat")
    NOT_STARTED = "not_started", _("pas encore commencé")
    STUDIES = "studies", _("à l’étude")
    PROCUREMENT = "procurement", _("marchés en cours")
    WORKS = "works", _("en travaux")
    DELIVERED = "delivered", _("livré")
    CLOSED = "closed", _("clos")
    ABANDONED = "abandoned", _("abandonné")
    OPEN = "open", _("ouvert")
    FULL = "full", _("complet")
    PAST = "past", _("terminé")
    ACTIVE = "active", _("actif")
    UNKNOWN = "unknown", _("état inconnu")


STATUSES = {
    Kind.PROJECT: (
        Status.SUBMITTED,
        Status.MERGED,
        Status.ELIGIBLE,
        Status.REJECTED,
        Status.ON_BALLOT,
        Status.NOT_SELECTED,
        Status.SELECTED,
        Status.NOT_STARTED,
        Status.STUDIES,
        Status.PROCUREMENT,
        Status.WORKS,
        Status.DELIVERED,
        Status.CLOSED,
        Status.ABANDONED,
        Status.UNKNOWN,
    ),
    Kind.MISSION: (Status.OPEN, Status.FULL, Status.PAST, Status.UNKNOWN),
    Kind.INITIATIVE: (Status.ACTIVE, Status.CLOSED, Status.UNKNOWN),
}


class Remote(TextChoices):
    NO = "no", _("sur place")
    POSSIBLE = "possible", _("à distance possible")
    FULL = "full", _("à distance")
    LOCAL = "local", _("dans une zone")


class Rhythm(TextChoices):
    ONE_DAY = "ponctuelle_journee", _("une journée")
    HOURS_A_WEEK = "quelques_heures_semaine", _("quelques heures par semaine")
    DAYS_A_WEEK = "plusieurs_jours_semaine", _("plusieurs jours par semaine")
    DAYS_A_YEAR = "quelques_jours_annee", _("quelques jours par an")
    FULL_TIME = "temps_plein_plusieurs_mois", _("à temps plein pendant plusieurs mois")
