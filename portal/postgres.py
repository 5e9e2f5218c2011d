"""How PostgreSQL's own programs reach the database of the settings."""

import os

from django.db import connection


def connection_arguments() -> list[str]:
    """Host, port, user and database, as libpq's programs take them."""
    settings = connection.settings_dict
    named = {"--host": "HOST", "--port": "PORT", "--username": "USER", "--dbname": "NAME"}
    return [f"{option}={settings[key]}" for option, key in named.items() if settings[key]]


def environment() -> dict[str, str]:
    """The environment with the password, which has no place among arguments."""
    return {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"])}
