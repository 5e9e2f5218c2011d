"""A remote dataset that is harvested: where it is, whose it is, what its columns mean."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.vocabularies import Kind

REMOVAL_PERCENT = 10


class Frequency(models.TextChoices):
    """How often a Source is harvested (DCAT: accrualPeriodicity)."""

    HOURLY = "hourly", _("toutes les heures")
    DAILY = "daily", _("chaque jour")
    WEEKLY = "weekly", _("chaque semaine")
    MONTHLY = "monthly", _("chaque mois")
    MANUAL = "manual", _("à la demande")


class Source(models.Model):
    """One remote dataset. A TOML file seeds it once; afterwards the database wins.

    `uid` is the portal's canonical address plus the dataset's id: public ids of Activities
    derive from it, so it never changes, whatever becomes of `address`.
    """

    slug = models.SlugField(_("nom court"), max_length=80, unique=True)
    uid = models.CharField(_("identifiant"), max_length=500, unique=True)
    title = models.CharField(_("titre"), max_length=300)
    protocol = models.CharField(_("protocole"), max_length=30)
    address = models.CharField(_("adresse"), max_length=1000, help_text="What the protocol fetches.")
    options = models.JSONField(
        _("options"), default=dict, blank=True, help_text="What the protocol needs beside the address."
    )
    page = models.URLField(
        _("page pour les personnes"), max_length=1000, blank=True, help_text="The dataset's page, for people."
    )
    publisher = models.CharField(_("éditeur"), max_length=300)
    publisher_url = models.URLField(_("site de l’éditeur"), max_length=1000, blank=True)
    licence = models.CharField(_("licence"), max_length=200, help_text="As the publisher states it.")
    licence_url = models.URLField(_("texte de la licence"), max_length=1000, blank=True)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    lang = models.CharField(_("langue"), max_length=5, default="fr", help_text="Language of the records.")
    timezone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    territory = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Codes of the Areas covered.",
        verbose_name=_("territoire"),
    )
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict)
    filter = models.JSONField(_("filtre"), default=dict, blank=True)
    frequency = models.CharField(_("fréquence"), max_length=10, choices=Frequency, default=Frequency.DAILY)
    removal_percent = models.PositiveSmallIntegerField(
        _("part qui peut disparaître"),
        default=REMOVAL_PERCENT,
        help_text="When more of its records are missing in one run, a person decides.",
    )
    tried = models.BooleanField(
        _("essayée"), default=True, help_text="Whether it was ever harvested for real by its author."
    )
    demo = models.BooleanField(_("démonstration"), default=False)
    enabled = models.BooleanField(_("active"), default=True)
    validators = models.JSONField(default=dict, blank=True, help_text="ETag and Last-Modified of the last fetch.")
    columns = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        editable=False,
        verbose_name=_("colonnes"),
        help_text="Needed columns that most records of the last complete run had.",
    )
    confirmed = models.DateTimeField(
        _("lue en entier"), null=True, blank=True, help_text="Start of the last complete run."
    )
    failures = models.PositiveSmallIntegerField(_("échecs de suite"), default=0, help_text="Runs in a row that failed.")
    due = models.DateTimeField(
        _("prochaine moisson"), null=True, blank=True, help_text="When it is to be harvested next."
    )
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=~Q(uid="") & ~Q(slug=""), name="source_has_identity"),
            models.CheckConstraint(condition=~Q(licence=""), name="source_has_licence"),
            models.CheckConstraint(condition=~Q(publisher=""), name="source_has_publisher"),
        ]

    def __str__(self) -> str:
        return self.slug
