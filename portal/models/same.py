"""Which records of several sources are one thing: what they are known again by, how alike, and together with whom.

Nothing here changes a record. Everything can be made again from the records and the Decisions.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, Q

from portal.models.activity import Activity
from portal.models.source import Source
from portal.vocabularies import Kind


class Trace(models.Model):
    """What a record is known again by, in the form that candidates are looked up in.

    `content_hash` is the record's when this was made: where they differ, the record waits to be compared.
    """

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=400, help_text="Its words, folded, abbreviations written out.")
    title_keys = ArrayField(models.CharField(max_length=20), default=list, help_text="Beginnings of two of its words.")
    links = ArrayField(models.CharField(max_length=2000), default=list)
    organisation_id = models.CharField(max_length=80, blank=True)
    geometry = models.GeometryField(srid=4326, null=True, spatial_index=False)
    content_hash = models.CharField(max_length=64)

    class Meta:
        # Looked up between the insertions: a list of what is not yet indexed would be read each time.
        indexes = [
            GistIndex(fields=["geometry"], name="trace_geometry"),
            GinIndex(fields=["title_keys"], name="trace_title_keys", fastupdate=False),
            GinIndex(fields=["links"], name="trace_links", fastupdate=False),
            models.Index(fields=["organisation_id"], name="trace_organisation", condition=~Q(organisation_id="")),
        ]

    def __str__(self) -> str:
        return self.title


class Likeness(models.Model):
    """Two records of two sources that the comparison takes for one thing, and why: [[what, words, points], …]."""

    left = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    points = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "likenesses"
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="likeness_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="likeness_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} = {self.right_id}: {self.points}"


class Cluster(models.Model):
    """One thing, told by several sources."""

    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)


class Membership(models.Model):
    """A record's part in a cluster; of several, the one of the lowest `place` is shown."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="membership", primary_key=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="memberships")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["cluster", "place"]

    def __str__(self) -> str:
        return f"{self.activity_id} in {self.cluster_id}"


class Decision(models.Model):
    """What a person said of two records, by their public ids: it outlives runs, and the records themselves."""

    left = models.UUIDField()
    right = models.UUIDField()
    same = models.BooleanField()
    by = models.CharField(max_length=150, blank=True)
    decided = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="decision_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="decision_ordered"),
        ]
        indexes = [models.Index(fields=["right"], name="decision_right")]

    def __str__(self) -> str:
        return f"{self.left} {'=' if self.same else '≠'} {self.right}"
