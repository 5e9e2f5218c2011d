"""The language of the operator's pages: their addresses have none, so a cookie of the admin's path keeps it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, get_language_info

from portal.pages.address import Language


def languages(request: HttpRequest) -> list[Language]:
    """This page in each language; none where a form was sent, whose answers a link would lose."""
    if request.method != "GET":
        return []
    current = (get_language() or settings.LANGUAGE_CODE)[:2]
    return [
        Language(code, get_language_info(code)["name_local"].lower(), _with(request, code), code == current)
        for code, _name in settings.LANGUAGES
    ]


def switched(request: HttpRequest, language: str) -> HttpResponseRedirect:
    """The page that was asked for, in that language from now on."""
    answer = HttpResponseRedirect(_with(request, ""))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _with(request: HttpRequest, language: str) -> str:
    query = request.GET.copy()
    query.pop("lang", None)
    if language:
        query["lang"] = language
    return f"{reverse('admin:adding')}?{query.urlencode()}"
