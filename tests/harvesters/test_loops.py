"""Sites that harvest one another: each record is told once on each, however often they go round."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import tomli_w
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from harvesters.mapping import origin
from harvesters.mapping.remarks import Refused
from portal import removal
from portal.links import permanent_url
from tests.factories import make_activity
from tests.harvesters.children import database_url, environment, outside
from tests.harvesters.city import City, open_city, row

ID = "95c407b3-f647-56e8-aa74-3768228e1e2e"
OTHER = "0b2b1c5e-3b3c-5e1a-9c57-0d6a3c0f2f11"
PAGE = f"https://there.example/fr/missions/{ID}-repas/"
BEFORE = f"https://before.example/fr/missions/{OTHER}-repas/"
ROUNDS = 20
OWN = {"id": "numero", "title": "titre", "lat": "lat", "lon": "lon"}
PEER = {"id": "id", "title": "title", "lat": "lat", "lon": "lon"}


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        ({"id": ID, "url": PAGE}, [PAGE]),
        ({"_id": ID, "url": PAGE, "via": [BEFORE]}, [BEFORE, PAGE]),
        ({"id": ID, "url": PAGE, "via": f"{BEFORE}; {BEFORE}"}, [BEFORE, BEFORE, PAGE]),
        ({"id": ID, "url": PAGE, "via": [7, "x", "javascript:alert(1)", None]}, [PAGE]),
        ({"id": ID, "url": PAGE, "via": {"a": 1}}, [PAGE]),
        ({"id": OTHER, "url": PAGE}, []),
        ({"id": "7", "url": "https://portal.example/7"}, []),
        ({"id": ID, "url": None}, []),
        ({}, []),
    ],
)
def test_through_which_sites_a_record_came(data: dict[str, Any], pages: list[str]) -> None:
    assert origin.chain(data) == pages


VALUES = st.recursive(st.none() | st.text() | st.integers() | st.sampled_from([ID, PAGE]), st.lists)


@given(st.dictionaries(st.sampled_from(["id", "_id", "url", "via"]), VALUES))
def test_any_row_has_a_chain_of_pages_or_none(data: dict[str, Any]) -> None:
    assert all(page.startswith("http") for page in origin.chain(data))


@pytest.mark.django_db
def test_what_came_from_here_or_is_here_is_refused() -> None:
    here, erased = make_activity(), make_activity()
    removal.erase(erased.public_id)
    elsewhere = [f"https://there.example/fr/missions/{one.public_id}-x/" for one in (here, erased)]
    refused = {}
    for page in (permanent_url(here), *elsewhere):
        with pytest.raises(Refused) as refusal:
            origin.refuse_own([page])
        refused[page] = refusal.value.code
    assert list(refused.values()) == ["own-record", "own-record", "erased"]


@pytest.mark.django_db
@pytest.mark.parametrize(("sites", "refused"), [(5, False), (6, True)])
def test_no_record_goes_through_more_than_five_sites(sites: int, refused: bool) -> None:
    try:
        origin.refuse_own([PAGE] * sites)
    except Refused as refusal:
        assert (refusal.code, refused) == ("long-chain", True)
    else:
        assert not refused


@dataclass
class Site:
    """The process of `instance.py`."""

    base_url: str
    process: "subprocess.Popen[str]"

    def harvest(self, slug: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{slug}\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def databases(city: City) -> Iterator[list[str]]:
    """Two empty databases with our tables."""
    base, _, name = database_url().rpartition("/")
    first, second = f"{name}_here", f"{name}_there"
    with outside() as server:
        for made in (first, second):
            server.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)'.encode())
        try:
            server.execute(f'CREATE DATABASE "{first}"'.encode())
            migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
            env = environment(city, DATABASE_URL=f"{base}/{first}")
            subprocess.run(migrate, cwd=settings.BASE_DIR, env=env, check=True)
            server.execute(f'CREATE DATABASE "{second}" TEMPLATE "{first}"'.encode())
            yield [f"{base}/{first}", f"{base}/{second}"]
        finally:
            for made in (first, second):
                server.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)'.encode())


@contextmanager
def site(env: dict[str, str], port: int) -> Iterator[Site]:
    command = [sys.executable, "-m", "tests.harvesters.instance", str(port)]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        yield Site(env["PARAGES_SITE_URL"], process)
        process.stdin.close()


def add_source(env: dict[str, str], slug: str, address: str, mapping: dict[str, str], folder: Path) -> None:
    file = folder / f"{slug}.toml"
    file.write_text(tomli_w.dumps({"mapping": mapping}))
    words = ["source", "add", slug, "--protocol", "file", "--url", address, "--mapping", str(file)]
    more = ["--licence", "CC0", "--publisher", "Ville", "--kind", "initiative"]
    subprocess.run([sys.executable, "-m", "django", *words, *more], cwd=settings.BASE_DIR, env=env, check=True)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_sites_that_harvest_each_other_twenty_times(tmp_path: Path) -> None:
    """Here publishes the portal of one town, there that of another; each also harvests all that the other publishes."""
    ports = [free_port(), free_port()]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    names = ["here", "there"]
    with open_city(tmp_path) as city, databases(city) as addresses, ExitStack() as stack:
        hosts = ",".join(urlsplit(url).netloc for url in (city.base_url, *urls))
        sites = []
        for place, name in enumerate(names):
            rows = [row(f"{name}-{number}", titre=f"{name} {number}") for number in range(3)]
            city.publish(json.dumps(rows), f"{name}.json")
            variables = {"DATABASE_URL": addresses[place], "PARAGES_SITE_URL": urls[place]}
            env = environment(city, **variables, PARAGES_ALLOW_HOSTS=hosts, PARAGES_LEASE_S="60")
            add_source(env, "own", f"{city.base_url}/ville/{name}.json", OWN, tmp_path)
            add_source(env, "peer", f"{urls[1 - place]}/api/collections/initiatives/items?f=csv", PEER, tmp_path)
            sites.append(stack.enter_context(site(env, ports[place])))
        for one in sites:
            one.harvest("own")
        rounds = [one.harvest("peer") for _ in range(ROUNDS) for one in sites]
    everything = sorted(f"{name} {number}" for name in names for number in range(3))
    assert [answer["published"] for answer in rounds] == [everything] * len(rounds)
    assert [answer["refused"] for answer in rounds[1:]] == [{"own-record": 3}] * (len(rounds) - 1)
    assert {answer["status"] for answer in rounds} == {"complete"}
