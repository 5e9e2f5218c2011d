"""The one way out to the network: what a protocol fetches with. See `session.py` for its manners and its guards."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import requests
from django.conf import settings

from harvesters.clean.tidy import shallow, tidy
from harvesters.errors import PortalError
from harvesters.http.body import Limits
from harvesters.http.guard import Guard
from harvesters.http.session import GuardedSession, Truncated, shown, status_error

__all__ = ["Answer", "Client", "Limits", "PortalError", "refuse_page", "shown"]

VALIDATOR_MAX = 1_000
WHOLE = {200, 203}
HTML_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, unpacked. `broken` says in words why the body is not whole; "" when it is."""

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    validators: dict[str, str] = field(default_factory=dict)
    unchanged: bool = False
    broken: str = ""

    def html_title(self) -> str | None:
        """The title of the web page that came instead of data ("" when it has none); None for anything else."""
        if not begins_like_html(self.body[:5000]):
            return None
        title = HTML_TITLE.search(self.body[:20_000])
        return " ".join(title[1].decode("utf-8", "replace").split())[:80] if title else ""


class Client:
    """What a protocol fetches with. One per thread; close it, or use it in a `with`.

    `allow`: `host:port` pairs that may be private. Every method raises PortalError.
    """

    def __init__(self, contact: str, allow: Collection[str] = (), limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.session = GuardedSession(Guard(allow), self.limits, contact)

    @classmethod
    def from_settings(cls, also_allow: Collection[str] = ()) -> Self:
        """The client of this site; `also_allow` for the demo portals' own `host:port`."""
        return cls(settings.CONTACT, [*settings.ALLOW_HARVEST_HOSTS, *also_allow])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def get(
        self,
        url: str,
        parameters: Mapping[str, Any] | None = None,
        validators: Mapping[str, Any] | None = None,
        keep_broken: bool = False,
        is_bulk: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Fetch one address.

        validators: those of an earlier Answer; when nothing changed since, `unchanged` is true and the body empty.
        keep_broken: give what came of a body that broke off, with `broken` set, rather than raise.
        is_bulk: a whole dataset made on demand, which may take `limits.bulk_s`.
        headers: more of them, e.g. of `keys.key_header`; a key is sent to the host of `url` alone.
        """
        asked_if = conditions(url, validators or {})
        broken = ""
        self.session.total_s = self.limits.bulk_s if is_bulk else self.limits.total_s
        try:
            response = self.session.get(url, params=dict(parameters or {}), headers={**(headers or {}), **asked_if})
        except Truncated as error:
            if not keep_broken or not error.response.content:
                raise
            response, broken = error.response, str(error)
        finally:
            self.session.total_s = self.limits.total_s
        if response.status_code == 304 and asked_if:
            return Answer(url, unchanged=True, validators=dict(validators or {}))
        if response.status_code == 206:
            broken = broken or f"{shown(url)} gave a part only (206), which was not asked for."
            if not keep_broken:
                raise Truncated(broken, response)
        elif response.status_code not in WHOLE:
            raise status_error(response)
        return answer_of(url, response, broken)

    def get_json(
        self, url: str, parameters: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Fetch one JSON document of an API, tidied as files are. Raises PortalError (not-json, html-instead...)."""
        return json_of(self.get(url, parameters, headers=headers))

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """Ask with a JSON document (GraphQL) and give the JSON that comes, tidied. Raises PortalError like get_json.

        An answer that asks to post elsewhere is refused.
        """
        response = self.session.post(url, json=body, headers=dict(headers or {}))
        if response.status_code not in WHOLE:
            raise status_error(response)
        return json_of(answer_of(url, response, ""))

    def post_file(self, url: str, file: tuple[str, str, bytes], fields: Mapping[str, str]) -> Answer:
        """Send a file (name of its field, its own name, its content) as a form does. Raises PortalError like get."""
        field, name, content = file
        self.session.total_s = self.limits.bulk_s
        try:
            response = self.session.post(url, data=dict(fields), files={field: (name, content)})
        finally:
            self.session.total_s = self.limits.total_s
        if response.status_code not in WHOLE:
            raise status_error(response)
        answer = answer_of(url, response, "")
        refuse_page(answer)
        return answer


def json_of(answer: Answer) -> Any:
    """The JSON document of an answer, tidied. Raises PortalError (not-json, html-instead, empty)."""
    refuse_page(answer)
    try:
        return tidy(shallow(json.loads(answer.body)))
    except (ValueError, RecursionError) as error:
        raise PortalError("not-json", f"{shown(answer.url)} did not answer with JSON.") from error


def conditions(url: str, validators: Mapping[str, Any]) -> dict[str, str]:
    """The headers that ask for news only; none when the validators are of another address."""
    if validators.get("url") != url:
        return {}
    asked = {"If-None-Match": validators.get("etag"), "If-Modified-Since": validators.get("last_modified")}
    return {name: str(value) for name, value in asked.items() if is_plain(value)}


def is_plain(value: Any) -> bool:
    """Whether a header's value can be stored and sent back as it is."""
    return isinstance(value, str) and 0 < len(value) <= VALIDATOR_MAX and value.isascii() and value.isprintable()


def answer_of(url: str, response: requests.Response, broken: str) -> Answer:
    content_type, _, rest = response.headers.get("Content-Type", "").partition(";")
    charset = re.search(r"charset=[\"']?([\w.:-]+)", rest, re.IGNORECASE)
    kept = {"etag": response.headers.get("ETag"), "last_modified": response.headers.get("Last-Modified")}
    validators = {name: str(value) for name, value in kept.items() if is_plain(value)}
    return Answer(
        url=url,
        body=response.content,
        content_type=content_type.strip().lower(),
        charset=charset[1].lower() if charset else "",
        validators={"url": url} | validators if validators and not broken else {},
        broken=broken,
    )


def begins_like_html(start: bytes) -> bool:
    """Whether the first element is one of a web page, after what may stand before it."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
        while text.startswith(opening):
            text = text.partition(closing)[2].lstrip()
    return text[:15].lower().startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def refuse_page(answer: Answer) -> None:
    """Raise PortalError when nothing came, or a web page came instead of data."""
    title = answer.html_title()
    if title is not None:
        named = f" titled “{title}”" if title else ""
        raise PortalError("html-instead", f"{shown(answer.url)} answered with a web page{named} instead of data.")
    if not answer.body.strip():
        raise PortalError("empty", f"{shown(answer.url)} answered with nothing at all.")
