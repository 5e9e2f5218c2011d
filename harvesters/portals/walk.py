"""The guard of a walk through pages: no address twice, no other host, no page twice, no walk without end."""

import hashlib
import json
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from harvesters.errors import PortalError
from harvesters.http.session import check_address, shown

PAGES_MAX = 5_000


class Walk:
    """Pages that follow each other from `address`. `next` and `page` raise PortalError (repeated-page, portal-error).

    pages_max: how many pages may come; a portal that announces a count makes it smaller.
    """

    def __init__(self, address: str, pages_max: int = PAGES_MAX) -> None:
        check_address(address)
        self.address = address
        self.pages_max = pages_max
        self._visited = {address}
        self._pages: set[str] = set()

    def next(self, following: str) -> str:
        """The address of the next page, as the portal gives it, made whole and checked."""
        try:
            address = same_scheme(urljoin(self.address, following.strip()), self.address)
            is_there = urlsplit(address).netloc.lower() == urlsplit(self.address).netloc.lower()
        except ValueError as error:
            raise PortalError("portal-error", f"The next page is “{shown(following)}”, which is no address.") from error
        if not is_there:
            raise PortalError("portal-error", f"The next page is on another host ({shown(address)}): it is not read.")
        check_address(address)
        if address in self._visited:
            raise PortalError("repeated-page", f"The next page is one that was already read ({shown(address)}).")
        self._visited.add(address)
        self.address = address
        return address

    def page(self, content: Any) -> None:
        """Take note of a page, known by its ids or the whole of it."""
        data = content if isinstance(content, bytes) else json.dumps(content, sort_keys=True, default=str).encode()
        mark = hashlib.sha256(data).hexdigest()
        if mark in self._pages:
            raise PortalError("repeated-page", f"{shown(self.address)} gave the same page twice.")
        self._pages.add(mark)
        if len(self._pages) > self.pages_max:
            raise PortalError("repeated-page", f"{shown(self.address)} goes on after {self.pages_max} pages.")


def same_scheme(address: str, first: str) -> str:
    """The address with the scheme of the first page: behind a proxy many portals call themselves http."""
    parts, own = urlsplit(address), urlsplit(first)
    if {parts.scheme, own.scheme} == {"http", "https"} and parts.hostname == own.hostname:
        return urlunsplit((own.scheme, own.netloc, parts.path, parts.query, parts.fragment))
    return address


def with_root(address: str) -> list[str]:
    """The addresses where a portal may stand of which this is a page: here, and at the root of its host."""
    parts = urlsplit(address)
    return list(dict.fromkeys([address.rstrip("/"), urlunsplit((parts.scheme, parts.netloc, "", "", ""))]))
