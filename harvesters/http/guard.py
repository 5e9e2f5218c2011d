"""Where a harvester may connect: public addresses alone, checked on the very address that is then used.

A name is resolved once and the connection goes to the address that was checked, so a name server cannot answer
differently the second time. `host:port` pairs that the operator allows are let through whatever they lead to.
"""

import socket
from collections.abc import Callable, Collection, Iterable
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from harvesters.errors import PortalError

PORTS = {80, 443, 8000, 8080, 8443}
# What Python's `is_global` takes for public, and the tunnels that carry an IPv4 address inside an IPv6 one.
FORBIDDEN = [
    ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT, and one cloud's metadata service
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo, ORCHID and other special uses
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",  # site-local
    )
]


def is_public(address: str) -> bool:
    """Whether an address, as the resolver wrote it, belongs to the public internet."""
    ip = ip_address(address)
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip in network for network in FORBIDDEN if network.version == ip.version)


def plain(ip: str) -> IPv4Address | IPv6Address | str:
    """An address for people: `::ffff:127.0.0.1` as 127.0.0.1."""
    address = ip_address(ip)
    return getattr(address, "ipv4_mapped", None) or address


class Guard:
    """Opens connections for one client and can cut them all."""

    def __init__(self, allow: Collection[str] = ()) -> None:
        self.allow = {pair.lower() for pair in allow}
        self._watched: list[tuple[HTTPConnection, socket.socket]] = []
        self._is_over: Callable[[], bool] = bool

    def watch(self, is_over: Callable[[], bool]) -> None:
        """From now on, no connection is opened once `is_over` says so: `cut` may come while one is being made."""
        self._is_over = is_over

    def allows(self, host: str, port: int) -> bool:
        """Whether the operator named this very host and port."""
        return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").lower() in self.allow

    def connect(self, connection: HTTPConnection, timeout_s: float) -> socket.socket:
        """A socket to the connection's host, refused unless public or allowed. Raises PortalError, and TimeoutError
        when time was over before there was one."""
        host, port = connection.host, connection.port or connection.default_port
        addresses = self._permitted(host, port, timeout_s)
        opened = first_that_answers(host, port, addresses, timeout_s)
        # Our own handle on the socket: http.client forgets its own, and TLS takes the first one over.
        self._forget(lambda watched: watched is connection)
        self._watched.append((connection, opened.dup()))
        if self._is_over():
            opened.close()
            raise TimeoutError
        return opened

    def cut(self) -> None:
        """Stop every connection at once, from another thread."""
        for _, handle in list(self._watched):
            try:
                handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def forget_closed(self) -> None:
        self._forget(lambda watched: watched.sock is None)

    def close(self) -> None:
        self._forget(lambda _: True)

    def _forget(self, done: Callable[[HTTPConnection], bool]) -> None:
        for connection, handle in list(self._watched):
            if done(connection):
                handle.close()
                self._watched.remove((connection, handle))

    def _permitted(self, host: str, port: int, timeout_s: float) -> list[tuple[Any, ...]]:
        allowed = self.allows(host, port)
        if not allowed and port not in PORTS:
            raise PortalError("refused-address", f"Port {port} of {host} is not a usual port of a portal.")
        found = resolve(host, port, timeout_s)
        public = [entry for entry in found if allowed or is_public(entry[4][0])]
        if not public:
            raise PortalError(
                "refused-address", f"{host} leads to {plain(found[0][4][0])}, which is not an address of the internet."
            )
        return public


def resolve(host: str, port: int, timeout_s: float) -> list[tuple[Any, ...]]:
    """What getaddrinfo says, in bounded time (a resolver knows no deadline of its own)."""
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not answer or not isinstance(answer[0], list) or not answer[0]:
        raise PortalError("unreachable", f"No machine is known by the name {host}.")
    found: list[tuple[Any, ...]] = answer[0]
    return found


def first_that_answers(host: str, port: int, addresses: Iterable[tuple[Any, ...]], timeout_s: float) -> socket.socket:
    problem: OSError | None = None
    for family, kind, protocol, _, where in addresses:
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(timeout_s)
        try:
            opened.connect(where)
        except OSError as error:
            opened.close()
            problem = error
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
    reason = "did not answer in time" if isinstance(problem, TimeoutError) else "refused the connection"
    raise PortalError("unreachable", f"{host} (port {port}) {reason}.") from problem


class GuardedHTTPConnection(HTTPConnection):
    guard: Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect(self, float(self.timeout or 0))


class GuardedHTTPSConnection(HTTPSConnection):
    guard: Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect(self, float(self.timeout or 0))


class GuardedPool:
    """What both pools do: hand their guard to each connection that they make."""

    def __init__(self, guard: Guard, *args: Any, **kwargs: Any) -> None:
        self.guard = guard
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]  # urllib3's pools have it
        connection.guard = self.guard
        return connection


class GuardedHTTPPool(GuardedPool, HTTPConnectionPool):
    ConnectionCls = GuardedHTTPConnection


class GuardedHTTPSPool(GuardedPool, HTTPSConnectionPool):
    ConnectionCls = GuardedHTTPSConnection


class GuardedAdapter(HTTPAdapter):
    """requests' adapter over guarded connections: one at a time per host, no retries of its own, no proxies."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        super().__init__(pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=10, maxsize=1, block=False)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(GuardedHTTPPool, self.guard),
            "https": partial(GuardedHTTPSPool, self.guard),
        }

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        raise PortalError("refused-address", "A proxy would hide the address that is really read.")
