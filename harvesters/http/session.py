"""One polite, guarded exchange over the network, for `http.Client` and for libraries that take a requests.Session.

Polite: says who it is and whom to write to, one request at a time and at most two a second per host, waits as long
as it is asked to. Guarded: `guard.py` checks addresses, `body.py` counts bytes; each fetch has a total deadline that
closes the socket; redirects are followed by hand and checked at each hop.
"""

import json
import random
import re
import time
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from threading import Timer
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from harvesters.errors import PortalError
from harvesters.http.body import CHUNK_BYTES, Body, Limits
from harvesters.http.guard import Guard, GuardedAdapter
from harvesters.http.keys import OPEN_HEADERS, hide, hide_bytes, secrets_of

RETRIED_STATUSES = {429, 502, 503, 504}
BUSY = {429, 503}
REDIRECTS = {301, 302, 303, 307, 308}
NETWORK_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)


class Truncated(PortalError):
    """The body broke off; `response` holds what had come."""

    def __init__(self, what: str, response: requests.Response) -> None:
        super().__init__("truncated", what)
        self.response = response


class Deadline:
    """Cuts the connections of a guard after `seconds`; `expired` tells that it did."""

    def __init__(self, seconds: float, guard: Guard) -> None:
        self.expired = False
        self._guard = guard
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def _expire(self) -> None:
        self.expired = True
        self._guard.cut()

    def __enter__(self) -> Self:
        self._guard.watch(lambda: self.expired)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._guard.forget_closed()


class GuardedSession(requests.Session):
    """A requests.Session whose every request is polite and bounded. Raises PortalError, nothing of requests' own."""

    def __init__(self, guard: Guard, limits: Limits, contact: str) -> None:
        super().__init__()
        self.trust_env = False
        self.guard = guard
        self.limits = limits
        self.total_s = limits.total_s
        self.headers = CaseInsensitiveDict(
            {"User-Agent": user_agent(contact), "Accept": "*/*", "Accept-Encoding": "gzip"}
        )
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, GuardedAdapter(guard))
        self._last_asked: dict[str, float] = {}

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(method, url, *args, **kwargs)
        except (requests.RequestException, ValueError) as error:
            raise PortalError("bad-address", f"“{shown(str(url))}” is not an address that can be read.") from error

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """One fetch with its retries. A 4xx is an answer like another; 429 and 5xx that last are PortalErrors.

        What a portal says of a key that it was sent is blotted out, in its answer and in every error.
        """
        secrets = secrets_of(request.headers)
        try:
            response = self._tried(request, bool(kwargs.get("allow_redirects", True)))
        except PortalError as error:
            error.rewrite(hide(error.what, secrets))
            if isinstance(error, Truncated):
                hide_content(error.response, secrets)
            raise
        hide_content(response, secrets)
        return response

    def _tried(self, request: requests.PreparedRequest, follow: bool) -> requests.Response:
        slept_s = 0.0
        for attempt in range(1, self.limits.tries + 1):
            last = attempt == self.limits.tries
            try:
                response = self._fetch(request, follow)
            except PortalError as error:
                if last or error.code != "unreachable":
                    raise
                wait_s = self._backoff(attempt)
            else:
                if response.status_code not in RETRIED_STATUSES:
                    return response
                wait_s = self._asked_wait(response, slept_s) or self._backoff(attempt)
                if last:
                    raise status_error(response)
            time.sleep(wait_s)
            slept_s += wait_s
        raise AssertionError("unreachable: the last try returns or raises")

    def close(self) -> None:
        super().close()
        self.guard.close()

    def _backoff(self, attempt: int) -> float:
        return self.limits.backoff_s * float(2 ** (attempt - 1)) * random.uniform(1, 1.5)  # noqa: S311 (jitter, no secret)

    def _asked_wait(self, response: requests.Response, slept_s: float) -> float | None:
        wait_s = retry_after_s(response.headers.get("Retry-After", ""))
        if wait_s is not None and wait_s + slept_s > self.limits.retry_after_max_s:
            host = urlsplit(response.url).hostname
            raise PortalError("busy", f"{host} asks to come back in {round(wait_s)} seconds.")
        return wait_s

    def _fetch(self, request: requests.PreparedRequest, follow: bool) -> requests.Response:
        seen = {request.url}
        with Deadline(self.total_s, self.guard) as deadline:
            for _ in range(self.limits.redirects + 1):
                response = self._once(request, deadline)
                target = self._target(response)
                if not target or not follow:
                    return response
                request = self._redirected(request, response, target)
                if request.url in seen:
                    raise PortalError("too-many-redirects", f"{shown(request.url)} redirects in a circle.")
                seen.add(request.url)
        raise PortalError("too-many-redirects", f"{shown(request.url)}: more than {self.limits.redirects} redirects.")

    def _target(self, response: requests.Response) -> str | None:
        if response.status_code not in REDIRECTS:
            return None
        try:
            return self.get_redirect_target(response)
        except UnicodeError as error:
            words = f"{shown(response.url)} redirects to an address that is not text."
            raise PortalError("redirect-refused", words) from error

    def _redirected(
        self, request: requests.PreparedRequest, response: requests.Response, target: str
    ) -> requests.PreparedRequest:
        if request.method != "GET" and response.status_code != 303:
            raise PortalError("redirect-refused", f"{shown(request.url)} answers {request.method} with a redirect.")
        try:
            address = urljoin(str(request.url), target)
            headers = self._headers_for(address, request)
            moved = self.prepare_request(requests.Request("GET", address, headers=headers))
        except (requests.RequestException, ValueError) as error:
            words = f"{shown(request.url)} redirects to “{shown(target)}”, which is no address."
            raise PortalError("redirect-refused", words) from error
        for header in ("Host", "Content-Length", "Content-Type"):
            moved.headers.pop(header, None)
        return moved

    def _headers_for(self, address: str, request: requests.PreparedRequest) -> dict[str, str]:
        """The headers of a request that was redirected: a key goes to no other host than it was meant for."""
        is_elsewhere = self.should_strip_auth(str(request.url), address)  # type: ignore[no-untyped-call]
        headers = request.headers.items()
        return {name: value for name, value in headers if not is_elsewhere or name.lower() in OPEN_HEADERS}

    def _once(self, request: requests.PreparedRequest, deadline: Deadline) -> requests.Response:
        """One exchange: the head of the answer, then its body. Raises PortalError."""
        check_address(str(request.url))
        self._wait_my_turn(str(request.url))
        try:
            adapter = self.get_adapter(str(request.url))
            response = adapter.send(
                request, stream=True, timeout=(self.limits.connect_s, self.limits.read_s), verify=True, proxies=None
            )
        except NETWORK_ERRORS as error:
            raise self._named(error, request, deadline, "unreachable") from error
        try:
            self._read(response, deadline)
        except PortalError:
            response.raw.close()
            raise
        return response

    def _read(self, response: requests.Response, deadline: Deadline) -> None:
        body = Body(response.headers.get("Content-Encoding", ""), self.limits)
        problem: PortalError | None = None
        try:
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                body.feed(chunk)
            if not deadline.expired and response.request.method != "HEAD":
                body.finish()
        except PortalError as error:
            problem = error
        except NETWORK_ERRORS as error:
            problem = self._named(error, response.request, deadline, "truncated")
        if deadline.expired:
            problem = self._too_slow(response.request)
        # requests would read the body by itself, without bounds: it is told that this was done.
        response._content = bytes(body.data)  # noqa: SLF001
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
        response.encoding = "utf-8"  # of `text`, which only libraries for JSON ask for; no codec of the portal's choice
        if problem and problem.code == "truncated":
            raise Truncated(f"{shown(response.url)}: {problem.what}", response)
        if problem:
            raise PortalError(problem.code, f"{shown(response.url)}: {problem.what}")

    def _wait_my_turn(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if self.guard.allows(host, port):
            return  # the operator's own machine
        wait_s = self._last_asked.get(host, 0) + self.limits.pause_s - time.monotonic()
        time.sleep(max(0.0, wait_s))
        self._last_asked[host] = time.monotonic()

    def _too_slow(self, request: requests.PreparedRequest) -> PortalError:
        return PortalError("too-slow", f"The answer was not whole after {self.total_s:g} seconds.")

    def _named(
        self, error: Exception, request: requests.PreparedRequest, deadline: Deadline, default: str
    ) -> PortalError:
        host = urlsplit(str(request.url)).hostname
        if deadline.expired:
            return self._too_slow(request)
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
            return PortalError("timeout", f"{host} said nothing for {self.limits.read_s:g} seconds.")
        if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
            return PortalError("certificate", f"The certificate of {host} is not valid.")
        if default == "truncated":
            return PortalError("truncated", "The answer breaks off before its end.")
        return PortalError("unreachable", f"{host} closed the connection without a proper answer.")


def hide_content(response: requests.Response, secrets: tuple[str, ...]) -> None:
    """Blot out secrets that a portal sends back."""
    if secrets:
        response._content = hide_bytes(response.content, secrets)  # noqa: SLF001
        response.reason = hide(response.reason or "", secrets)


def user_agent(contact: str) -> str:
    return f"Parages/0.1 (civic map; +{contact})"


def check_address(url: str) -> None:
    """Raises PortalError (bad-address)."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise PortalError("bad-address", f"“{shown(url)}” is not an address that can be read.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PortalError("bad-address", f"“{shown(url)}” is not an http or https address.")
    if parts.username is not None or parts.password is not None:
        raise PortalError("bad-address", f"The address at {parts.hostname} holds a user name; that is not sent.")


def status_error(response: requests.Response) -> PortalError:
    said = portal_words(response)
    words = f"{shown(response.url)} answered {response.status_code} {response.reason or ''}".rstrip()
    words += f" (“{said}”)." if said else "."
    return PortalError("busy" if response.status_code in BUSY else "http-status", words)


def portal_words(response: requests.Response) -> str:
    """The portal's own words in an error answer that is JSON; "" otherwise."""
    return words_in(response.content[:10_000])


def words_in(answer: bytes | str) -> str:
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    error = body.get("error", body) if isinstance(body, dict) else body
    message = error.get("message") if isinstance(error, dict) else error
    return shown(" ".join(message.split())) if isinstance(message, str) else ""


def retry_after_s(text: str) -> float | None:
    """Seconds asked for by a Retry-After header, as a number or as a date; None when there is none."""
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def shown(address: str | None) -> str:
    """An address in a message: never a page long."""
    text = str(address)
    return text if len(text) <= 160 else text[:159] + "…"
