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

    slug = models.SlugField(max_length=80, unique=True)
    uid = models.CharField(max_length=500, unique=True)
    title = models.CharField(max_length=300)
    protocol = models.CharField(max_length=30)
    address = models.CharField(max_length=1000, help_text="What the protocol fetches.")
    options = models.JSONField(default=dict, blank=True, help_text="What the protocol needs beside the address.")
    page = models.URLField(max_length=1000, blank=True, help_text="The dataset's page, for people.")
    publisher = models.CharField(max_length=300)
    publisher_url = models.URLField(max_length=1000, blank=True)
    licence = models.CharField(max_length=200, help_text="As the publisher states it.")
    licence_url = models.URLField(max_length=1000, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    lang = models.CharField(max_length=5, default="fr", help_text="Language of the records.")
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    territory = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Codes of the Areas covered."
    )
    mapping = models.JSONField(default=dict)
    filter = models.JSONField(default=dict, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.DAILY)
    removal_percent = models.PositiveSmallIntegerField(
        default=REMOVAL_PERCENT,
        help_text="When more of its records are missing in one run, a person decides.",
    )
    tried = models.BooleanField(default=True, help_text="Whether it was ever harvested for real by its author.")
    demo = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    validators = models.JSONField(default=dict, blank=True, help_text="ETag and Last-Modified of the last fetch.")
    confirmed = models.DateTimeField(null=True, blank=True, help_text="Start of the last complete run.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Runs in a row that failed.")
    due = models.DateTimeField(null=True, blank=True, help_text="When it is to be harvested next.")
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=~Q(uid="") & ~Q(slug=""), name="source_has_identity"),
            models.CheckConstraint(condition=~Q(licence=""), name="source_has_licence"),
            models.CheckConstraint(condition=~Q(publisher=""), name="source_has_publisher"),
        ]

    def __str__(self) -> str:
        return self.slug
