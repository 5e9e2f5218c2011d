"""What machines ask: whether the site lives, whether its sources are fresh, and all the figures."""

from django.urls import path

from harvesters.watch import health, metrics

urlpatterns = [
    path("health", health.live, name="health"),
    path("health/ready", health.ready, name="ready"),
    path("health/sources", health.sources, name="health-sources"),
    path("metrics", metrics.metrics, name="metrics"),
]
