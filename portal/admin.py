"""What an operator sees of runs, removals and records: read, decide, erase; nothing is written by hand."""

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import erasure
from portal.models import Activity, Run

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
