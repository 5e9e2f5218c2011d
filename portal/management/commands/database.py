"""`./parages database`: whether the database can be used, and what its owner must type if it cannot."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InternalError, OperationalError, ProgrammingError, connection

EXTENSIONS = ("postgis", "pg_trgm", "unaccent")


class Command(BaseCommand):
    help = "Say whether the database can be used; make the extensions that are missing, if this role may."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print `new` for a database without our tables, else `in use`."""
        try:
            missing = missing_extensions()
        except OperationalError as error:
            raise CommandError(f"The database of DATABASE_URL does not answer: {error}") from error
        refused = [name for name in missing if not create(name)]
        if refused:
            raise CommandError(refusal(refused))
        tables = connection.introspection.table_names()
        self.stdout.write("in use" if "django_migrations" in tables else "new")


def missing_extensions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in EXTENSIONS if name not in present]


def create(extension: str) -> bool:
    """Whether this role could make the extension in this database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    except (ProgrammingError, OperationalError, InternalError):
        return False
    return True


def refusal(extensions: list[str]) -> str:
    """One line for a superuser of that server to type."""
    sql = " ".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in extensions)
    database = connection.settings_dict["NAME"]
    return (
        f"The database «{database}» lacks {', '.join(extensions)}, and this role may not add what is missing "
        f"(or the server has no PostGIS installed). In that database, a superuser types:\n\n  {sql}"
    )
