"""What every page needs: its languages, the demo's day, the map's settings, the words of its script."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.demo import demo_date
from portal.pages.address import languages
from portal.pages.words import words


def site(request: HttpRequest) -> dict[str, Any]:
    current = (get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "languages": languages(request, current),
        "contact": settings.CONTACT,
        "canonical": f"{settings.SITE_URL}{request.path}",
        "demo_date": demo_date() if settings.DEMO else None,
        "script_words": words(),
        "map_settings": {
            "tiles": settings.TILES_URL,
            "tilesAttribution": settings.TILES_ATTRIBUTION,
            "language": current,
        },
    }
