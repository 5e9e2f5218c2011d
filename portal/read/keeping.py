"""Keeping the read tables right: after a change for what changed, or all of them anew.

Database triggers write down what changes (`ReadStale`), whoever changes it; `refresh` follows, in the transaction of
the change, so that no reader ever sees one without the other. It holds one lock until that transaction ends and is
called last in it: who else needs locks has them by then, so nobody waits in a circle.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from portal.models import ReadStale, ReadState
from portal.read import cells, role, statements
from portal.read.texts import parameters

_MOVE = """
INSERT INTO read_state AS old (id, version, changed, recipe, site) VALUES (1, 1, clock_timestamp(), '', '')
ON CONFLICT (id) DO UPDATE SET version = old.version + 1, changed = excluded.changed
"""
MANY = 1_000
GROWN_SHARE = 10
"""When more than a tenth of the records are new or changed, plans made of what was there before are slow ones."""

WHOLE_SHARE = 5
WHOLE_MIN = 20_000
"""When more than a fifth of the items change, and that is many, the pyramid is made anew: it is quicker."""


def refresh() -> int:
    """Follow all that changed; how many records that concerned (with those told of beside them)."""
    return _refresh() if ReadStale.objects.exists() else 0


@transaction.atomic
def _refresh() -> int:
    with connection.cursor() as cursor:
        site = _lock(cursor)
        count = _collect(cursor)
        if count:
            _renew(cursor, count, parameters(site))
        cursor.execute("DROP TABLE read_work")
        if count:
            _bump(cursor)
    return count


def waiting() -> int:
    """How many changes nobody followed yet: between runs, none."""
    return ReadStale.objects.count()


@transaction.atomic
def bump() -> None:
    """Say that answers changed though no record did: words were made ready for search."""
    with connection.cursor() as cursor:
        _lock(cursor)
        _bump(cursor)


@transaction.atomic
def rebuild() -> int:
    """Make all read tables anew, readers going on with the old ones until the last moment; how many items."""
    with connection.cursor() as cursor:
        _lock(cursor)
        cursor.execute("DELETE FROM read_stale")
        cursor.execute(statements.SOURCES)
        for statement in statements.BEGIN_REBUILD:
            cursor.execute(statement)
        for statement in statements.FILL:
            cursor.execute(statement, parameters(settings.SITE_URL))
        _pyramid(cursor, "_new")
        _swap(cursor)
        cursor.execute("SELECT count(*) FROM read_item")
        count = int(cursor.fetchone()[0])
        if role.known():
            role.grant(cursor)
        _bump(cursor)
        ReadState.objects.update(recipe=recipe(), site=settings.SITE_URL)
    return count


def ensure() -> int | None:
    """Bring the tables to what this code and this site's address make of the records: anew where either changed.

    How many items there are then; None where nothing was to do but to follow.
    """
    state = ReadState.objects.first()
    if state is None or (state.recipe, state.site) != (recipe(), settings.SITE_URL):
        return rebuild()
    refresh()
    return None


def recipe() -> str:
    """Changes when the same records would come out otherwise."""
    made_of = [*statements.FILL, cells.BASE, cells.UP, *parameters("").values()]
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()


def check() -> list[str]:
    """What the tables have that differs from what they would be if made anew: a line each, none when all is right."""
    with transaction.atomic(), connection.cursor() as cursor:
        if ReadStale.objects.exists():
            return ["read_stale: changes wait to be followed"]
        for statement in statements.BEGIN_REBUILD:
            cursor.execute(statement)
        site = _lock(cursor)
        for statement in statements.FILL:
            cursor.execute(statement, parameters(site))
        _pyramid(cursor, "_new")
        found = [line for table in statements.TABLES for line in _differences(cursor, table)]
        transaction.set_rollback(True)
    return found


def _differences(cursor: Any, table: str) -> list[str]:
    columns = statements.COMPARED[table]
    found = []
    for what, left, right in (("too much", table, f"{table}_new"), ("missing", f"{table}_new", table)):
        cursor.execute(f"SELECT {columns} FROM {left} EXCEPT ALL SELECT {columns} FROM {right} LIMIT 20")
        found += [f"{table}, {what}: {line}" for line in cursor.fetchall()]
    return found


def _lock(cursor: Any) -> str:
    """Nobody else keeps the tables until the transaction ends; gives the site's address that their texts have."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('portal.read', 0))")
    cursor.execute("SELECT site FROM read_state WHERE site <> ''")
    stated = cursor.fetchone()
    return str(stated[0]) if stated else settings.SITE_URL


def _collect(cursor: Any) -> int:
    for statement in statements.COLLECT:
        cursor.execute(statement)
    cursor.execute("SELECT count(*) FROM read_work")
    count = int(cursor.fetchone()[0])
    if count > MANY:
        cursor.execute(f"ANALYZE read_work{_grown(cursor, count)}")
    return count


def _grown(cursor: Any, count: int) -> str:
    """Tables whose statistics know little of what has just come into them: a first harvest stores a hundred thousand
    records and follows them in one transaction, before the database has looked at any."""
    cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'portal_activity'::regclass")
    return ", portal_activity, portal_membership" if count > cursor.fetchone()[0] / GROWN_SHARE else ""


def _renew(cursor: Any, count: int, parameters: dict[str, Any]) -> None:
    cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'read_item'::regclass")
    whole = count > max(WHOLE_MIN, cursor.fetchone()[0] / WHOLE_SHARE)
    if not whole:
        cursor.execute(cells.ADD, {"sign": -1})
    for statement in statements.RENEW:
        cursor.execute(statement, parameters)
    if whole:
        cursor.execute("DELETE FROM read_cell")
        _pyramid(cursor)
        cursor.execute(f"ANALYZE {', '.join(statements.TABLES)}")
    else:
        cursor.execute(cells.ADD, {"sign": 1})
        cursor.execute(cells.DROP_EMPTY)


def _pyramid(cursor: Any, new: str = "") -> None:
    names = {"cells": f"read_cell{new}", "items": f"read_item{new}", "concerns": f"read_concern{new}"}
    cursor.execute(cells.BASE.format(**names), {"sign": 1})
    for level in reversed(range(cells.DEEPEST)):
        cursor.execute(cells.UP.format(**names), {"level": level})


def _swap(cursor: Any) -> None:
    """The new tables get their indexes and take the old ones' places and names."""
    for table in statements.TABLES:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        indexes: Sequence[tuple[str, str]] = cursor.fetchall()
        for name, definition in indexes:
            made = definition.replace(f" {name} ON ", f" {name}_new ON ").replace(f".{table} ", f".{table}_new ")
            cursor.execute(made)
        cursor.execute(f"ANALYZE {table}_new")
    for table in statements.TABLES:
        _replace(cursor, table)


def _replace(cursor: Any, table: str) -> None:
    cursor.execute(statements.CONSTRAINTS, [table])
    constraints = cursor.fetchall()
    cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
    indexes = [name for (name,) in cursor.fetchall()]
    for statement in statements.take_place(table, indexes, constraints):
        cursor.execute(statement)


def _bump(cursor: Any) -> None:
    cursor.execute(_MOVE)
