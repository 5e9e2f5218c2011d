"""How the read pool reaches the database, and what becomes of a question when its server goes away."""

from typing import Any

import environ

from portal.read import database


def _asked_with(url: str) -> dict[str, Any]:
    return database._where(environ.Env.db_url_config(url))


def test_what_the_address_says_of_tls_is_heeded() -> None:
    where = _asked_with("postgis://reader:secret@db.example.org/parages?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    assert where["sslmode"] == "verify-full"
    assert where["sslrootcert"] == "/etc/ca.pem"


def test_an_address_can_turn_prepared_statements_off() -> None:
    assert _asked_with("postgis://reader@db.example.org/parages")["prepare_threshold"] == 0
    assert _asked_with("postgis://reader@db.example.org/parages?prepare_threshold=None")["prepare_threshold"] is None


def test_options_of_django_alone_do_not_reach_libpq() -> None:
    where = database._where({"NAME": "parages", "OPTIONS": {"pool": True, "assume_role": "x", "sslmode": "require"}})
    assert {"pool", "assume_role"}.isdisjoint(where)
    assert where["dbname"] == "parages"


def test_a_machine_that_vanished_is_noticed_in_seconds() -> None:
    where = _asked_with("postgis://reader@db.example.org/parages")
    assert where["tcp_user_timeout"] <= 10_000
    assert where["keepalives_idle"] + where["keepalives_interval"] * where["keepalives_count"] <= 15
