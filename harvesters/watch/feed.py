"""Incidents as an Atom feed, for the whole site or one source: failed or partial runs, removals held, promises broken.

A run is told when it is the first to end that way: a portal that is away for a day is one incident, not twenty-four.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from harvesters.watch import reasons, state, words
from portal.links import absolute
from portal.models import Removal, Run, Source

MOST = 50
FRESH_S = 300
TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Incident:
    """`key` and `when` never change, so that nobody is told twice."""

    key: str
    when: datetime
    title: str
    text: str
    path: str
    updated: datetime | None = None
    """When its text changed."""


@require_safe
@conditional_page
@cache_control(public=True, max_age=FRESH_S)
def incidents(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The latest fifty of three months, newest first."""
    sources = Source.objects.filter(slug=slug) if slug else Source.objects.all()
    found = list(sources)
    if slug and not found:
        raise Http404
    page = reverse("source", args=[slug]) if slug else reverse("harvests")
    subject = found[0].title if slug else _("toutes les sources")
    feed = Atom1Feed(
        title=_("Incidents de collecte : %s") % subject,
        link=absolute(page),
        description="",
        feed_url=absolute(request.path),
        feed_guid=absolute(request.path),
        language=get_language(),
        author_name="Parages",
    )
    every = sorted([*_runs(sources), *_held(sources), *_late(found)], key=lambda one: one.when, reverse=True)
    for one in every[:MOST]:
        link = absolute(one.path)
        updated = one.updated or one.when
        feed.add_item(one.title, link, escape(one.text), updateddate=updated, pubdate=one.when, unique_id=_tag(one))
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _tag(one: Incident) -> str:
    return f"{settings.SITE_URL}/#incident-{one.key}"


def _runs(sources: QuerySet[Source]) -> Iterator[Incident]:
    ended = Run.objects.filter(source__in=sources).exclude(status=Run.Status.RUNNING).defer("notes")
    runs = ended.filter(started__gte=timezone.now() - TOLD_FOR)
    runs = runs.annotate(status_before=_before("status"), code_before=_before("error_code"))
    first = Q(status_before=None) | ~Q(status_before=F("status")) | ~Q(code_before=F("error_code"))
    bad = runs.filter(first, status__in=(Run.Status.FAILED, Run.Status.PARTIAL))
    for run in bad.select_related("source").order_by("-started", "-id")[:MOST]:
        yield _of_run(run)


def _before(field: str) -> Window:
    """The field in the run before it of the same source."""
    return Window(Lag(field), partition_by=F("source"), order_by=[F("started").asc(), F("id").asc()])


def _of_run(run: Run) -> Incident:
    failed = run.status == Run.Status.FAILED
    title = _("%s : moisson en échec") if failed else _("%s : moisson incomplète")
    reason = reasons.why(run)
    text = " ".join(str(part) for part in (reason.means, reason.advice)) if reason else run.error
    path = reverse("run", args=[run.source.slug, run.pk])
    return Incident(f"run-{run.pk}", run.finished or run.started, title % run.source.title, text, path)


def _held(sources: QuerySet[Source]) -> Iterator[Incident]:
    asked = Q(status=Removal.Status.HELD) | ~Q(decided_by="")
    for removal in Removal.objects.filter(asked, source__in=sources).select_related("source")[:MOST]:
        text = _("%(missing)d fiches sur %(published)d ont disparu de la source : une personne doit décider.") % {
            "missing": removal.missing,
            "published": removal.published,
        }
        title = _("%s : retraits en attente") % removal.source.title
        path = reverse("source", args=[removal.source.slug])
        if removal.decided:
            yield _decided(removal, removal.decided, path)
            text = _("%(missing)d fiches sur %(published)d avaient disparu de la source : c’est décidé depuis.") % {
                "missing": removal.missing,
                "published": removal.published,
            }
        yield Incident(f"removal-{removal.pk}", removal.opened, title, text, path, removal.decided)


def _decided(removal: Removal, when: datetime, path: str) -> Incident:
    text = _("%(missing)d fiches absentes de la source : %(status)s.") % {
        "missing": removal.missing,
        "status": removal.get_status_display(),
    }
    title = _("%s : retraits décidés") % removal.source.title
    return Incident(f"removal-{removal.pk}-{removal.status}-{when:%Y%m%d%H%M}", when, title, text, path)


def _late(sources: list[Source]) -> Iterator[Incident]:
    now = timezone.now()
    for source in sources:
        since = state.late_since(source)
        if since and state.is_late(source, now):
            text = _("Aucune moisson complète depuis trois fois le délai promis (%s).") % words.promise(source)
            key = f"late-{source.slug}-{since:%Y%m%d%H%M}"
            yield Incident(key, since, _("%s : en retard") % source.title, text, reverse("source", args=[source.slug]))
