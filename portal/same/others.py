"""The other records of the same thing, fetched with a list in one query."""

from django.db.models import Prefetch

from portal.models import Activity, Membership
from portal.querysets import ActivityQuerySet


def with_others(found: ActivityQuerySet) -> ActivityQuerySet:
    """So that `others` asks nothing more for what is found."""
    published = Membership.objects.filter(activity__withdrawn__isnull=True)
    fellows = published.select_related("activity__source").order_by("place")
    joined = found.select_related("source", "membership__cluster")
    return joined.prefetch_related(Prefetch("membership__cluster__memberships", fellows))


def others(activity: Activity) -> list[Activity]:
    """Published records of other portals that tell of the same thing, the one that would be shown first first."""
    membership = getattr(activity, "membership", None)
    if membership is None:
        return []
    fellows = membership.cluster.memberships.all()
    return [fellow.activity for fellow in fellows if fellow.activity_id != activity.pk]
