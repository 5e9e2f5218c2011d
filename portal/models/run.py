"""One harvest of a Source: what was read, what became of it, and why."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models.source import Source


class Run(models.Model):
    """One harvest. `read = created + updated + unchanged + rejected + filtered` always holds.

    `complete`: the end was seen and the count matches what was announced; rejections allowed.
    `partial`: applied, but nothing may be concluded about records that are missing.
    `failed`: nothing was changed.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("en cours")
        COMPLETE = "complete", _("complète")
        PARTIAL = "partial", _("incomplète")
        FAILED = "failed", _("en échec")

    class Trigger(models.TextChoices):
        COMMAND = "command", _("à la main")
        SCHEDULE = "schedule", _("le calendrier")
        ADMIN = "admin", _("une personne")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs", verbose_name=_("source"))
    trigger = models.CharField(_("demandée par"), max_length=10, choices=Trigger, default=Trigger.COMMAND)
    status = models.CharField(_("fin"), max_length=10, choices=Status, default=Status.RUNNING)
    started = models.DateTimeField(_("début"))
    finished = models.DateTimeField(_("terminée"), null=True)
    announced = models.PositiveIntegerField(
        _("annoncées"), null=True, help_text=_("Combien de fiches le portail dit avoir.")
    )
    read = models.PositiveIntegerField(_("lues"), default=0)
    created = models.PositiveIntegerField(_("nouvelles"), default=0)
    updated = models.PositiveIntegerField(_("changées"), default=0)
    unchanged = models.PositiveIntegerField(_("inchangées"), default=0)
    rejected = models.PositiveIntegerField(_("refusées"), default=0)
    filtered = models.PositiveIntegerField(_("hors filtre"), default=0)
    rejected_by_code = models.JSONField(
        _("refus par code"), default=dict, help_text=_("Tous les refus, comptés par code.")
    )
    missing = models.PositiveIntegerField(
        _("absentes"), default=0, help_text=_("Fiches publiées que cette moisson n’a pas trouvées.")
    )
    withdrawn = models.PositiveIntegerField(
        _("retirées"), default=0, help_text=_("Fiches que cette moisson a retirées du site.")
    )
    restored = models.PositiveIntegerField(
        _("revenues"), default=0, help_text=_("Fiches retirées que cette moisson a retrouvées.")
    )
    error_code = models.SlugField(
        _("code d’erreur"), max_length=40, blank=True, help_text=_("Pourquoi elle n’est pas complète, en un code.")
    )
    error = models.TextField(_("erreur"), blank=True, help_text=_("Pourquoi elle n’est pas complète, en mots."))
    notes = models.JSONField(
        _("remarques"), default=list, help_text=_("Ce qui a été remarqué sans arrêter la moisson, en mots.")
    )

    class Meta:
        verbose_name = _("moisson")
        verbose_name_plural = _("moissons")
        ordering = ["-started", "-id"]
        get_latest_by = ["started", "id"]
        indexes = [models.Index(fields=["source", "-started", "-id"], name="run_latest_of_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("created") + F("updated") + F("unchanged") + F("rejected") + F("filtered")),
                name="run_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.title}, {timezone.localtime(self.started):%Y-%m-%d %H:%M}, {self.get_status_display()}"


class Rejection(models.Model):
    """A record that a Run could not take, with the reason in words."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejections")
    position = models.PositiveIntegerField(help_text="Place of the record in the source's answer, from 1.")
    record_id = models.CharField(max_length=300, blank=True)
    code = models.SlugField(max_length=40)
    reason = models.TextField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.record_id or self.position}: {self.reason}"
