"""What geocoders answered, so that no address is asked for twice and every pin of theirs can be explained."""

from django.contrib.gis.db import models

from portal.vocabularies import Precision


class Geocoded(models.Model):
    """One address asked of one service, and what came of it.

    `method` is what the service found, in its own words (housenumber, street, municipality…): that alone makes the
    `precision`, however high the `score`. Empty precision: no pin. `candidates` are all its answers, the best first.
    """

    service = models.CharField(max_length=30)
    query = models.CharField(max_length=600)
    method = models.CharField(max_length=60, blank=True)
    score = models.FloatField(null=True)
    point = models.PointField(srid=4326, null=True, spatial_index=False)
    precision = models.CharField(max_length=10, choices=Precision, blank=True)
    candidates = models.JSONField(default=list)
    asked = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "geocoded addresses"
        constraints = [models.UniqueConstraint(fields=["service", "query"], name="geocoded_once")]

    def __str__(self) -> str:
        return self.query
