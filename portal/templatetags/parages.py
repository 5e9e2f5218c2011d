"""What templates need to say facts: icons from the built sprite, distances, dates, sums, safe links."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.models import Activity
from portal.pages import facts
from portal.pages.address import activity_url
from portal.vocabularies import Kind, Status, Theme

register = template.Library()

register.filter("distance", facts.distance)
register.filter("number", facts.number)
register.filter("full_day", facts.full_day)
register.filter("when", facts.when)
register.filter("where", facts.where)
register.filter("host", facts.host)
register.filter("opening_hours", facts.opening_hours)
register.filter("safe_url", facts.safe_url)
register.filter("activity_url", activity_url)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An interface icon; what it means is always said in words beside it."""
    return _use(name, "icon")


@register.simple_tag
def shape(kind: str) -> SafeString:
    """The shape of a kind: circle, rounded square or diamond, as on the map."""
    return _use(kind, "shape-icon")


def _use(name: str, css_class: str) -> SafeString:
    sprite = static("build/icons.svg")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css_class, sprite, name)


@register.filter
def kind_label(kind: str) -> str:
    return str(Kind(kind).label)


@register.filter
def status_label(activity: Activity) -> str:
    """The state in our words; nothing where it is not known."""
    return "" if activity.status == Status.UNKNOWN else str(activity.get_status_display())


@register.filter
def money(activity: Activity) -> str:
    return "" if activity.budget is None else facts.money(Decimal(activity.budget), activity.currency)


@register.filter
def join_hint(activity: Activity) -> str:
    """How one joins, in the few words a card has room for."""
    url = facts.safe_url(activity.join_url)
    if url:
        return _("Inscription sur %s") % facts.host(url)
    url = facts.safe_url(activity.website)
    return _("Site : %s") % facts.host(url) if url else ""


@register.filter
def theme_label(theme: str) -> str:
    """The theme's name; a slug we do not know stays as it is."""
    return str(Theme(theme).label) if theme in Theme.values else theme


@register.filter
def paragraphs(text: str) -> list[str]:
    """Blank lines separate paragraphs."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


@register.simple_tag
def json_ld(data: str) -> SafeString:
    """A data block of JSON that cannot close its own tag. `data` is JSON text."""
    escaped = data.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308  escaped just above
