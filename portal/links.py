"""Absolute addresses: always of the site as its operator named it, never of the request's Host."""

from django.conf import settings
from django.utils.translation import override

from portal.models import Activity
from portal.pages.address import activity_url


def absolute(path: str) -> str:
    """The path on the public site."""
    return f"{settings.SITE_URL}{path}"


def permanent_url(activity: Activity) -> str:
    """The page of an Activity in the site's first language, whoever asks: data are the same for all."""
    with override(settings.LANGUAGE_CODE):
        return absolute(activity_url(activity))
