"""Errors of the API: `application/problem+json` (RFC 9457), one sentence each."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.query import BadParameter
from portal.read.database import Away, TooLong

EXPOSED = "Content-Crs, Content-Disposition, Data-Version, ETag, Link, Row-Count"
"""Headers that scripts of other sites may read."""

PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
View = Callable[..., HttpResponseBase]


class Problem(Exception):
    """What a view raises to answer with an error."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(status: HTTPStatus, detail: str, **more: Any) -> JsonResponse:
    """The answer for an error; `more` are members of its own, e.g. the parameter."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **more}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    return response


def refuse_others(data: QueryDict, known: tuple[str, ...] = ()) -> None:
    """Names the first parameter that is not among those; `f` may only ask for JSON. Raises BadParameter."""
    for name in data:
        if name not in known:
            detail = _("Le paramètre « %(name)s » est inconnu ; sont compris : %(known)s.")
            raise BadParameter(name, detail % {"name": name[:60], "known": ", ".join(known) or "–"})
    if data.get("f", "json") not in ("json", "geojson"):
        raise BadParameter("f", _("« f » ne connaît ici que « json »."))


def api_view(view: View) -> View:
    """A read-only view of the API: open to every origin, its errors as problems."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answer(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return csrf_exempt(wrapped)  # whoever writes is told that nobody can, not that it is a forgery


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        response = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("Cette adresse ne se lit que par GET."))
        response["Allow"] = "GET, HEAD, OPTIONS"
        return response
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
    try:
        return view(request, *args, **kwargs)
    except SuspiciousOperation:
        return problem(HTTPStatus.BAD_REQUEST, _("La question a trop de paramètres, ou ne se lit pas."))
    except BadParameter as error:
        return problem(HTTPStatus.BAD_REQUEST, error.detail, parameter=error.parameter)
    except Problem as error:
        return problem(error.status, error.detail)
    except TooLong:
        return _later(_("La question demande trop de temps : précisez-la (zone, dates, nature)."))
    except Away:
        return _later(_("La base ne répond pas ; réessayez dans un instant."))


def _later(detail: str) -> JsonResponse:
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response["Retry-After"] = "10"
    return response
