"""Sources for the operator: how each one fares, and what may be changed of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db.models import Field, Model, OuterRef, QuerySet, Subquery, URLField
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from harvesters import definition, tasks
from harvesters.adding import views as adding
from harvesters.watch import words
from harvesters.watch.state import judge
from portal.models import Run, Source

FIELDS = (
    "slug", "uid", "title", "protocol", "address", "options", "page", "publisher", "publisher_url", "licence",
    "licence_url", "kind", "lang", "timezone", "territory", "mapping", "filter", "frequency", "removal_percent",
    "enabled",
)  # fmt: skip
HELP = {
    "uid": _("Les adresses des fiches en dérivent : il ne change jamais."),
    "address": _("Ce que le protocole va chercher."),
    "options": _("Ce qu’il faut au protocole outre l’adresse (docs/sources.md)."),
    "licence": _("Telle que l’éditeur l’énonce."),
    "territory": _("Codes des secteurs couverts, séparés par des virgules."),
    "mapping": _("De quelle colonne vient chaque champ (docs/sources.md)."),
    "removal_percent": _("En pour cent : si davantage de fiches manquent d’un coup, une personne décide."),
    "filter": "",
    "lang": _("Langue des fiches."),
    "page": "",
}


SECURE_URL = {"assume_scheme": "https"}
"""For URL fields: what Django 6 does of itself."""


def _field(field: Field, **options: Any) -> forms.Field | None:
    found: forms.Field | None = field.formfield(**options | (SECURE_URL if isinstance(field, URLField) else {}))
    return found


class SourceForm(forms.ModelForm):
    """A Source as its definition file would say it, checked in the same way."""

    class Meta:
        model = Source
        formfield_callback = _field
        fields = FIELDS
        help_texts = HELP

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out; it is where Django fills the instance
        if self.errors:
            return
        try:
            definition.check(self.instance)
        except definition.BadDefinition as error:
            self.add_error(None, str(error))


# A job says nothing to people that its Run does not say better.
admin.site.unregister(ProcrastinateJob)
admin.site.index_template = "adding/index.html"


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    form = SourceForm
    change_list_template = "adding/change_list.html"
    formfield_overrides = {URLField: {"widget": AdminURLFieldWidget, **SECURE_URL}}
    list_display = ("title", "state", "age", "frequency", "next_due", "failures", "protocol", "enabled", "board")
    list_filter = ("enabled", "frequency", "protocol", "demo")
    search_fields = ("title", "slug", "publisher", "address")
    actions = ("harvest_now", "enable", "disable")

    def get_urls(self) -> list[URLPattern]:
        """«Ajouter un portail» stands beside Django's own form."""
        view = self.admin_site.admin_view
        return [
            path("portail/", view(adding.address), name="adding"),
            path("portail/lecture/", view(adding.reading), name="adding-reading"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        ended = Run.objects.filter(source=OuterRef("pk")).exclude(status=Run.Status.RUNNING)
        last = Subquery(ended.order_by("-started", "-pk").values("status")[:1])
        found: QuerySet[Source] = super().get_queryset(request).annotate(last_status=last)
        return found

    @admin.display(description=_("état"))
    def state(self, source: Source) -> str:
        """As the public board says it."""
        status = source.last_status  # type: ignore[attr-defined]  # annotated above
        last = Run(status=status) if status else None
        return str(judge(source, last, timezone.now()).label)

    @admin.display(description=_("lue en entier"), ordering="confirmed")
    def age(self, source: Source) -> str:
        return words.ago(timezone.now() - source.confirmed) if source.confirmed else str(_("jamais"))

    @admin.display(description=_("prochaine moisson"), ordering="due")
    def next_due(self, source: Source) -> datetime | None:
        """Of demo data and of sources at rest, none."""
        return source.due if source.enabled and not source.demo else None

    @admin.display(description=_("page publique"))
    def board(self, source: Source) -> str:
        return format_html('<a href="{}">{}</a>', reverse("source", args=[source.slug]), _("voir"))

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """Public addresses are made of the id: it is chosen once."""
        return ("slug", "uid") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A source is put to rest, never deleted: its records keep their addresses."""
        return False

    @admin.action(description=_("Moissonner maintenant"), permissions=["change"])
    def harvest_now(self, request: HttpRequest, chosen: QuerySet[Source]) -> None:
        asked = len(tasks.ask_for(chosen, Run.Trigger.ADMIN))
        waiting = chosen.count() - asked
        if asked:
            messages.success(request, ngettext("%d moisson demandée.", "%d moissons demandées.", asked) % asked)
        if waiting:
            said = ngettext("%d moisson attend déjà son tour.", "%d moissons attendent déjà leur tour.", waiting)
            messages.info(request, said % waiting)

    @admin.action(description=_("Mettre en service"), permissions=["change"])
    def enable(self, request: HttpRequest, chosen: QuerySet[Source]) -> None:
        self._switch(request, chosen, enabled=True)

    @admin.action(description=_("Suspendre"), permissions=["change"])
    def disable(self, request: HttpRequest, chosen: QuerySet[Source]) -> None:
        self._switch(request, chosen, enabled=False)

    def _switch(self, request: HttpRequest, chosen: QuerySet[Source], *, enabled: bool) -> None:
        count = chosen.update(enabled=enabled)
        said = (
            ngettext("%d source en service.", "%d sources en service.", count)
            if enabled
            else ngettext("%d source suspendue.", "%d sources suspendues.", count)
        )
        messages.success(request, said % count)
