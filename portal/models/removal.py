"""How records leave: held for a person or done, always to be undone, and remembered for ever."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.run import Run
from portal.models.source import Source
from portal.vocabularies import Kind


class Removal(models.Model):
    """Records of one Source that its runs did not list any more, taken off together or held."""

    class Status(models.TextChoices):
        HELD = "held", _("en attente d’une décision")
        DONE = "done", _("retirées")
        DISMISSED = "dismissed", _("gardées")
        UNDONE = "undone", _("rétablies")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="removals", verbose_name=_("source"))
    run = models.ForeignKey(
        Run, null=True, on_delete=models.SET_NULL, related_name="removals", verbose_name=_("moisson")
    )
    status = models.CharField(_("état"), max_length=10, choices=Status)
    missing = models.PositiveIntegerField(
        _("fiches"), help_text=_("Fiches que ce retrait enlève du site, ou enlèverait.")
    )
    published = models.PositiveIntegerField(_("sur"), help_text=_("Fiches de la source qui étaient publiées avant."))
    opened = models.DateTimeField(_("ouvert"))
    decided = models.DateTimeField(_("décidé"), null=True, blank=True)
    decided_by = models.CharField(
        _("décidé par"), max_length=150, blank=True, help_text=_("Vide : par les règles, sans demander à personne.")
    )

    class Meta:
        verbose_name = _("retrait")
        verbose_name_plural = _("retraits")
        ordering = ["-opened", "-id"]
        get_latest_by = ["opened", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(status="held"), name="removal_one_held_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source.title}, {self.missing}/{self.published}, {self.get_status_display()}"


class Tombstone(models.Model):
    """What is left of a purged or erased record: enough to say «gone», and never to take it again if erased."""

    class Reason(models.TextChoices):
        ABSENT = "absent", _("retirée par sa source")
        ERASED = "erased", _("effacée à la demande")

    public_id = models.UUIDField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="tombstones")
    source_record_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=10, choices=Reason)
    gone = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_record_id"], name="tombstone_once_per_record"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.reason}"
