"""Where pages are: the address of an Activity's page, and pages in other languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.text import slugify
from django.utils.translation import get_language_info

from portal.models import Activity
from portal.vocabularies import Kind

SLUG_MAX = 70


def slug(activity: Activity) -> str:
    """The title for the address bar; decoration only, the id decides."""
    return slugify(activity.title)[:SLUG_MAX].strip("-") or activity.kind


def activity_url(activity: Activity) -> str:
    """`/fr/missions/{id}-{slug}/`."""
    return reverse(f"{activity.kind}-item", args=[activity.public_id, slug(activity)])


def kind_url(kind: str) -> str:
    """The explorer with one kind chosen."""
    return reverse(f"{Kind(kind)}-list")


@dataclass(frozen=True)
class Language:
    """The same page in one language."""

    code: str
    name: str
    path: str
    current: bool

    @property
    def absolute(self) -> str:
        return f"{settings.SITE_URL}{self.path.partition('?')[0]}"


def languages(request: HttpRequest, current: str) -> list[Language]:
    """This page, state and all, in each language we serve."""
    path = request.get_full_path()
    return [
        Language(code, get_language_info(code)["name_local"].lower(), translate_url(path, code), code == current)
        for code, _name in settings.LANGUAGES
    ]
