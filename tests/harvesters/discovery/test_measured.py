"""The figures of bench/discovery on the real files: each goal holds, and nothing wrong goes unasked."""

import tomllib
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.discovery.measure import HERE, Verdict, measured, totals
from harvesters.http import Client
from harvesters.loopback import portals
from tests.harvesters.discovery.conftest import QUICK
from tests.harvesters.real_files import DATA, needs_real_files

pytestmark = [pytest.mark.long, pytest.mark.django_db, needs_real_files, pytest.mark.usefixtures("gazetteer")]
TRUTH: list[dict[str, Any]] = tomllib.loads((HERE / "truth.toml").read_text("utf-8"))["file"]
GOALS = {"protocol": 1.0, "located records within 20 m": 0.99, "title": 0.95, "id": 0.9}


def verdicts(files: list[dict[str, Any]]) -> list[Verdict]:
    with portals(DATA) as base_url, Client("x", [urlsplit(base_url).netloc], QUICK) as client:
        return [measured(truth, base_url, client) for truth in files]


def test_the_goals_hold_on_the_files_it_was_made_with() -> None:
    files = [one for one in TRUTH if not one.get("held_out")]
    sums = totals(verdicts(files), {one["path"]: one for one in files})
    missed = {name: sums[name] for name, goal in GOALS.items() if sums[name][0] < goal * sums[name][1]}
    assert (missed, sums["wrong and not asked"]) == ({}, [])
