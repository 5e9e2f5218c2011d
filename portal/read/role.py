"""The role that the public API reads as: it can see what is published, and change nothing."""

from django.db import DatabaseError, connection, transaction

from portal.read.database import ROLE
from portal.read.statements import TABLES

SEEN = (
    *TABLES, "read_source", "read_state",
    "portal_activitytext", "portal_source", "portal_activity", "geo_area",
)  # fmt: skip


def make_role() -> str:
    """Make the role where there is none, and grant it what it sees. What was done, or why not, in a sentence."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [ROLE])
            if not cursor.fetchone()[0]:
                cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
            grant(cursor)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"The role {ROLE} was not made ({reason}): the API reads as the owner, in read-only transactions."
    return f"The API reads as {ROLE}."


def grant(cursor: object) -> None:
    """Tables that were made anew have lost their grants."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    execute(f"GRANT SELECT ON {', '.join(SEEN)} TO {ROLE}")
    execute(f"GRANT {ROLE} TO CURRENT_USER")


def known() -> bool:
    """Whether the database has the role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'member'))", [ROLE])
        return bool(cursor.fetchone()[0])
