"""How questions reach the database: past the ORM, prepared, over connections that cannot write.

A site's processes have a pool of their own: read-only, with a time limit, as the role `parages_reader` where the
database has it, on the replica of PARAGES_READ_URL while there is one that answers. With PARAGES_READ_POOL=0, as in
tests, it is Django's own connection, which sees what its transaction has not committed yet.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg.types.string import ByteaBinaryLoader
from psycopg_pool import ConnectionPool

ROLE = "parages_reader"
DOWN_S = 10.0
"""So long a replica that did not answer is left alone."""

WAIT_S, TRY_S = 5.0, 1.0
"""So long a connection is waited for; to a replica shorter, since there is another server."""

STREAM_S = 60
"""So long an export may think about its next rows."""

IDLE_S = 60
"""A client that stops reading in the middle of an export holds its connection no longer than this."""

Params = Mapping[str, Any]
Answer = TypeVar("Answer")


class TooLong(Exception):
    """The database gave up: the question takes longer than PARAGES_READ_S."""


class Away(Exception):
    """The database does not answer."""


_BROKEN = (psycopg.OperationalError, psycopg.InterfaceError)


def rows(sql: str, params: Params) -> list[Any]:
    """All rows of a question; texts come as bytes. Raises TooLong and Away."""
    _note(sql, params)
    return _asked(lambda cursor: _sent(cursor, sql, params).fetchall())


def one(sql: str, params: Params) -> Any:
    """The one row of a question. Raises TooLong and Away."""
    _note(sql, params)
    return _asked(lambda cursor: _sent(cursor, sql, params).fetchone())


def _sent(cursor: Any, sql: str, params: Params) -> Any:
    query, names = _numbered(sql)
    return cursor.execute(query, [params[name] for name in names], prepare=True)


_PLACE = re.compile(r"%%|%\((\w+)\)s")


@lru_cache(maxsize=1_000)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement as the server takes it, with `$1` for the first parameter, and their names in that order.

    psycopg does the same, each time anew where a statement has more than 4,096 letters, as most of ours.
    """
    places: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    return _PLACE.sub(numbered, sql).encode(), tuple(places)


@contextmanager
def noted() -> Iterator[list[tuple[str, Params]]]:
    """Writes down what this thread asks meanwhile."""
    sent: list[tuple[str, Params]] = []
    token = _notes.set(sent)
    try:
        yield sent
    finally:
        _notes.reset(token)


_notes: ContextVar[list[tuple[str, Params]] | None] = ContextVar("notes", default=None)


def _note(sql: str, params: Params) -> None:
    if (sent := _notes.get()) is not None:
        sent.append((sql, params))


def stream(sql: str, params: Params, size: int) -> Iterator[list[Any]]:
    """The rows of a long answer, `size` at a time, all of one moment. Raises TooLong and Away."""
    _asked(lambda cursor: cursor.execute(b"SELECT"))  # what died is found here: once begun, nothing is asked again
    with _told(), _connection(_servers()) as found, found.transaction(), psycopg.ServerCursor(found, "read") as cursor:
        if _is_pooled():
            _prepare_stream(found)
        _spell(cursor)
        cursor.execute(sql, params, binary=True)
        while some := cursor.fetchmany(size):
            yield some


def _prepare_stream(found: psycopg.Connection[Any]) -> None:
    """The first rows of a long answer may take a sort of all of them; texts are looked up key by key, so that they
    come in the order of the keys and are never sorted themselves."""
    for name, value in (
        ("statement_timeout", STREAM_S * 1000), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"),
        ("plan_cache_mode", "auto"),
    ):  # fmt: skip
        found.execute("SELECT set_config(%s, %s, true)", [name, str(value)])


@contextmanager
def one_moment() -> Iterator[None]:
    """All that this thread asks meanwhile is answered as of one moment, over Django's own connection, without a limit
    of time."""
    token = _of_one_moment.set(True)
    try:
        begins = not connection.in_atomic_block
        with transaction.atomic():
            if begins:
                connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        _of_one_moment.reset(token)


_of_one_moment = ContextVar("of_one_moment", default=False)


def _is_pooled() -> bool:
    return settings.READ_POOL > 0 and not _of_one_moment.get()


def _asked(ask: Callable[[Any], Answer]) -> Answer:
    """What was lost with its connection, or gave way to what the replica had to follow, is asked again, of the
    primary: it only reads."""
    with _told():
        try:
            return _ask(ask, _servers())
        except _BROKEN as error:
            if isinstance(error, psycopg.errors.QueryCanceled) or not _is_pooled():
                raise
            return _ask(ask, ["primary"])


def _ask(ask: Callable[[Any], Answer], servers: list[str]) -> Answer:
    with _connection(servers) as found, psycopg.RawCursor(found) as cursor:
        cursor.format = psycopg.pq.Format.BINARY
        _spell(cursor)
        return ask(cursor)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise TooLong from error
    except _BROKEN as error:
        raise Away(str(error)) from error


def _spell(cursor: Any) -> None:
    if not _is_pooled():  # those of the pool spell so from the beginning
        cursor.adapters.register_loader("text", ByteaBinaryLoader)


@contextmanager
def _connection(servers: list[str]) -> Iterator[Any]:
    """A connection to the first of the servers that lends one."""
    if not _is_pooled():
        connection.ensure_connection()
        yield connection.connection
        return
    name, lent = _lent(servers)
    try:
        yield lent
    finally:
        broken = lent.broken
        _pool(name).putconn(lent)
        if broken:
            _lost(name)


def _lent(servers: list[str]) -> tuple[str, Any]:
    for name in servers[:-1]:
        try:
            return name, _pool(name).getconn(timeout=TRY_S)
        except psycopg.OperationalError:
            replica.leave()
    return servers[-1], _pool(servers[-1]).getconn(timeout=WAIT_S)


def _lost(name: str) -> None:
    """A connection died: those that lie in the pool may have died with it, and are not lent any more."""
    if name == "replica":
        replica.leave()
    _pool(name).check()


def _servers() -> list[str]:
    """The replica first, unless it is away."""
    return ["replica", "primary"] if replica.is_asked() else ["primary"]


class _Replica:
    """Whether the replica is asked: not while it is away, nor, back again, before it has what the primary told.

    version: of the data, as this process knew it last. Older data are never told under a newer version's name.
    """

    def __init__(self) -> None:
        self.version = 0
        self.away_until = 0.0
        self._trial = threading.Lock()

    def leave(self) -> None:
        self.away_until = time.monotonic() + DOWN_S

    def is_asked(self) -> bool:
        """Of those who ask while it is away one tries it, from time to time; the others do not wait for that."""
        if not self.away_until or not settings.READ_URL:
            return bool(settings.READ_URL)
        if time.monotonic() < self.away_until or not self._trial.acquire(blocking=False):
            return False
        try:
            self.away_until = 0.0 if self._is_back() else time.monotonic() + DOWN_S
        finally:
            self._trial.release()
        return not self.away_until

    def _is_back(self) -> bool:
        try:
            with _pool("replica").connection(timeout=TRY_S) as lent:
                found = lent.execute("SELECT version FROM read_state").fetchone()
        except psycopg.Error:
            return False
        return found is not None and found[0] >= self.version


replica = _Replica()
_making = threading.Lock()


def _pool(name: str) -> ConnectionPool[Any]:
    with _making:
        return _made(name)


@cache
def _made(name: str) -> ConnectionPool[Any]:
    return ConnectionPool(
        kwargs=_where(settings.READ_URL if name == "replica" else settings.DATABASES["default"]),
        min_size=1, max_size=settings.READ_POOL, configure=_configure, open=True, name=name, reconnect_timeout=10,
    )  # fmt: skip


OF_DJANGO = ("assume_role", "isolation_level", "pool", "server_side_binding")
"""Options of DATABASE_URL that Django takes for itself; the others are libpq's and psycopg's."""

# A machine that vanished is noticed after some seconds, not after hours: by what it does not acknowledge (ms), or by
# its silence (s). On a socket of this machine they mean nothing.
_NOTICED = {"tcp_user_timeout": 5000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}


def _where(database: Mapping[str, Any]) -> dict[str, Any]:
    """As psycopg takes it; what the address says after its `?` (`sslmode`, `prepare_threshold`) counts most."""
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    found = {word: database[key] for word, key in named.items() if database.get(key)}
    options = {name: value for name, value in (database.get("OPTIONS") or {}).items() if name not in OF_DJANGO}
    if options.get("prepare_threshold") == "None":  # all that an address can say is text
        options["prepare_threshold"] = None
    return found | {"prepare_threshold": 0, "connect_timeout": 2} | _NOTICED | options | {"autocommit": True}


def _configure(made: psycopg.Connection[Any]) -> None:
    for name, value in (
        ("statement_timeout", int(settings.READ_S * 1000)),
        ("idle_in_transaction_session_timeout", IDLE_S * 1000),
        ("default_transaction_read_only", "on"),
        ("jit", "off"),
        # Every statement says how it wants to be found: a plan for these values costs a millisecond, and may be worse.
        ("plan_cache_mode", "force_generic_plan"),
        ("max_parallel_workers_per_gather", 0),
    ):
        made.execute("SELECT set_config(%s, %s, false)", [name, str(value)])
    known = made.execute("SELECT pg_has_role(oid, 'member') FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    if known == (True,):
        made.execute(f"SET ROLE {ROLE}")
    made.adapters.register_loader("text", ByteaBinaryLoader)
