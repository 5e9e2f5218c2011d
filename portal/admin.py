"""What an operator sees of runs, removals and records: read, decide, erase; nothing is written by hand."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Case, Model, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import erasure, removal
from portal.links import permanent_url
from portal.models import Activity, Removal, Run

TITLES = 20

admin.site.site_header = _("Parages : conduite du site")
admin.site.site_title = "Parages"
admin.site.index_title = _("Que faut-il regarder ?")
admin.site.unregister(Group)


class ReadOnly(admin.ModelAdmin):
    """Shown and searched; what may be done with it are its actions."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All of it, so that not even a form is made."""
        shown = [field.name for field in self.opts.concrete_fields if field.name not in (self.exclude or ())]
        return [*shown, *self.readonly_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ("started", "source", "status", "trigger", "read", "created", "updated", "rejected", "missing")
    list_filter = ("status", "trigger", "source")
    list_select_related = ("source",)
    date_hierarchy = "started"
    ordering = ("-started",)


def _shown(held: Removal) -> tuple[list[tuple[Activity, str]], int]:
    """The first records that a removal takes, with their addresses, and how many more there are."""
    affected = removal.affected(held)
    return [(one, permanent_url(one)) for one in affected[:TITLES]], max(affected.count() - TITLES, 0)


@admin.register(Removal)
class RemovalAdmin(ReadOnly):
    """What the source does not list any more: those that wait for somebody stand first."""

    list_display = ("source", "status", "missing", "published", "opened", "decided", "decided_by")
    list_filter = ("status", "source")
    list_select_related = ("source",)
    actions = ("accept", "keep", "put_back")
    readonly_fields = ("records",)

    @admin.display(description=_("fiches concernées"))
    def records(self, held: Removal) -> str:
        titles, more = _shown(held)
        links = format_html_join("", '<li><a href="{}">{}</a></li>', ((url, one.title) for one, url in titles))
        left = ngettext("et une autre", "et %(n)s autres", more) % {"n": more} if more else ""
        return format_html("<ul>{}</ul>{}", links, left)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Removal]:
        waiting = Case(When(status=Removal.Status.HELD, then=0), default=1)
        return super().get_queryset(request).order_by(waiting, "-opened", "-pk")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("portal.change_removal"))

    @admin.action(description=_("Retirer ces fiches du site"), permissions=["decide"])
    def accept(self, request: HttpRequest, chosen: QuerySet[Removal]) -> HttpResponse | None:
        """Show what would go, and ask once."""
        if "confirmed" not in request.POST:
            context = {**admin.site.each_context(request), "affected": [(one, *_shown(one)) for one in chosen]}
            return render(request, "admin/removal_confirm.html", context)
        self._decide(request, chosen, removal.accept)
        return None

    @admin.action(description=_("Garder ces fiches"), permissions=["decide"])
    def keep(self, request: HttpRequest, chosen: QuerySet[Removal]) -> None:
        self._decide(request, chosen, removal.dismiss)

    @admin.action(description=_("Rétablir ces fiches"), permissions=["decide"])
    def put_back(self, request: HttpRequest, chosen: QuerySet[Removal]) -> None:
        self._decide(request, chosen, removal.undo)

    def _decide(self, request: HttpRequest, chosen: QuerySet[Removal], how: Callable[[Removal, str], Removal]) -> None:
        for one in chosen:
            try:
                decided = how(one, request.user.get_username())
            except removal.NotPossible:
                messages.error(request, _("%s : cette décision n’est plus possible.") % one.source.title)
            else:
                what = {"title": decided.source.title, "status": decided.get_status_display()}
                messages.success(request, _("%(title)s : fiches %(status)s.") % what)


@admin.register(Activity)
class ActivityAdmin(ReadOnly):
    list_display = ("title", "kind", "source", "precision", "changed", "withdrawn")
    list_filter = ("kind", "precision", "source")
    list_select_related = ("source",)
    search_fields = ("title", "source_record_id", "=public_id")
    search_help_text = _("Titre, identifiant à la source ou identifiant public")
    exclude = ("geometry",)
    readonly_fields = ("place",)
    show_full_result_count = False
    actions = ("erase",)

    @admin.display(description=_("géométrie"))
    def place(self, activity: Activity) -> str:
        """In words: a map widget would ask third parties."""
        return activity.geometry.wkt if activity.geometry else "–"

    @admin.action(description=_("Effacer pour toujours, à la demande d’une personne"), permissions=["erase"])
    def erase(self, request: HttpRequest, chosen: QuerySet[Activity]) -> None:
        count = erasure.erase(chosen)
        told = ngettext(
            "%d fiche effacée ; elle ne sera plus jamais reprise de sa source.",
            "%d fiches effacées ; elles ne seront plus jamais reprises de leur source.",
            count,
        )
        messages.success(request, told % count)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("portal.delete_activity"))
