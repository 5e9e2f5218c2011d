"""The actions of one CKAN portal, their errors in words."""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, ServerIncompatibleError

from harvesters.clean.tidy import TooDeepError, tidy
from harvesters.errors import PortalError
from harvesters.http import Client, shown
from harvesters.http.session import check_address, words_in

ANSWER_MAX = 20_000
# Pages of a portal for people, and what they choose: ckan/views/{dataset,resource,organization,group}.py.
PAGE = re.compile(
    r"(?P<base>https?://[^?#]*?)/(?P<what>dataset|organization|group)/(?P<name>[\w@.-]+)"
    r"(?:/resource/(?P<resource>[\w-]+))?(?:[/?#].*)?"
)
API = re.compile(r"/api(/3|/action|/3/action(/\w+)?)?/?(\?.*)?$|[?#].*$|/(dataset|organization|group)s?/?$")
CHOICES = {"dataset": "{}", "organization": "organization:{}", "group": "groups:{}"}
LANGUAGE = re.compile(r"^/[a-z]{2}(_[A-Z]{2})?$")


class Portal:
    """The actions of one portal; `options` are those of the source."""

    def __init__(self, address: str, client: Client, options: Mapping[str, Any]) -> None:
        self.options = options
        self.client = client
        self.address = re.sub(r"/api(/3)?(/action)?/?$", "", address.strip())
        check_address(self.address)
        agent = str(client.session.headers["User-Agent"])
        by_get = not options.get("post")
        self.remote = RemoteCKAN(self.address, user_agent=agent, session=client.session, get_only=by_get)

    def call(self, action: str, **parameters: Any) -> Any:
        """What an action answers. Raises PortalError."""
        try:
            return tidy(self.remote.call_action(action, parameters))
        except (CKANAPIError, ServerIncompatibleError, LookupError, RecursionError, TooDeepError) as error:
            raise self._named(action, error) from error

    def odd(self, action: str) -> PortalError:
        """What to raise when an action answers, but with something else."""
        return PortalError("portal-error", f"{self.address} answers {action} in a form that is not CKAN's.")

    def _named(self, action: str, error: Exception) -> PortalError:
        said = " ".join(str(part) for part in error.args) or type(error).__name__
        if "<html" in said.lower() or "<!doctype" in said.lower():
            return PortalError("html-instead", f"{self.address} answered {action} with a web page.")
        if type(error) in (CKANAPIError, ServerIncompatibleError):
            said = own_words(said)
        if not said or isinstance(error, LookupError | RecursionError | TooDeepError):
            return self.odd(action)
        return PortalError("portal-error", f"{self.address} refused {action}: {shown(said)}.")


def own_words(represented: str) -> str:
    """The portal's own words in an answer of unknown form: the library gives `[address, status, answer]` as text."""
    try:
        answer = literal_eval(represented[:ANSWER_MAX])[2]
    except (ValueError, SyntaxError, LookupError, TypeError, RecursionError, MemoryError):
        return ""
    return words_in(answer) if isinstance(answer, str) else ""


def portal_of(address: str) -> tuple[str, dict[str, Any]]:
    """The portal that an address of any of its pages belongs to, and what the page chooses of it.

    Raises PortalError (bad-address).
    """
    check_address(address.strip())
    match = PAGE.fullmatch(address.strip())
    if match is None:
        return API.sub("", address.strip()).rstrip("/"), {}
    options: dict[str, Any] = {"dataset": unquote(match["name"])}
    if match["what"] != "dataset":
        options = {"fq": CHOICES[match["what"]].format(unquote(match["name"]))}
    if match["resource"]:
        options["resource"] = match["resource"]
    return without_language(match["base"]), options


def without_language(base: str) -> str:
    """The portal's address without the language of a page: `https://data.example.org/fr` is one of its faces."""
    path = urlsplit(base).path
    return base.removesuffix(path) if path and LANGUAGE.match(path) else base
