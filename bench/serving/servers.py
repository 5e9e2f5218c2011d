"""The servers that are measured: two workers each, on the loopback, on the same database, all ending with us."""

import json
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.serving.client import Client
from bench.serving.database import Database
from portal.launcher.checkout import Checkout
from portal.launcher.cluster import NAME
from portal.launcher.processes import start_child, wait_until
from portal.launcher.steps import Console, Failed, end_of

HERE = Path(__file__).parent
HOST = "127.0.0.1"
START_SECONDS = 120.0
WORKERS, THREADS = "2", "4"
GTHREAD = ["--no-control-socket", "--worker-class", "gthread", "--workers", WORKERS, "--threads", THREADS]
TABLE = "portal_activity"
OURS, CACHED, GUNICORN = "parages", "parages, cache", "parages, gunicorn"
TIPG, PYGEOAPI, PLAIN = "tipg", "pygeoapi", "DRF-GIS"
WARM_CONNECTIONS, WARM_REQUESTS = 8, 40
PEERS = (TIPG, PYGEOAPI, PLAIN)

WARMING = {
    OURS: "/api/collections/all/items?limit=1",
    TIPG: f"/collections/public.{TABLE}/items?limit=1",
    PYGEOAPI: "/collections/activities/items?f=json&limit=1",
    PLAIN: "/items/?limit=1",
}


@dataclass(frozen=True)
class Server:
    """One that runs. `style` says how it is asked (`requests.py`)."""

    name: str
    style: str
    host: str
    process: subprocess.Popen[bytes]

    def processes(self) -> list[int]:
        """Itself and its workers: it leads a session of its own."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self._has(path)]

    def _has(self, path: Path) -> bool:
        try:
            return os.getsid(int(path.name)) == self.process.pid
        except ProcessLookupError:
            return False


@dataclass(frozen=True)
class Host:
    """What servers are started with."""

    console: Console
    checkout: Checkout
    folder: Path
    database: Database
    tools: Path | None  # of the peers

    @contextmanager
    def serving(self, name: str, style: str, command: Sequence[str | Path], env: Mapping[str, str]) -> Iterator[Server]:
        """From when it listens; `{port}` in the command's words is one that is free."""
        host = f"{HOST}:{_free_port()}"
        words = [str(word).replace("{port}", host.rpartition(":")[2]).replace("{host}", host) for word in command]
        filled = {key: value.replace("{host}", host) for key, value in env.items()}
        log = self.folder / f"{name.replace(', ', '-')}.log"
        log.write_text("")
        process = start_child(words, log, filled)
        try:
            if not wait_until(lambda: process.poll() is not None or _listens(host), START_SECONDS) or process.poll():
                raise Failed(f"{name} did not start.\n\n{end_of(log)}\n\nAll its words: {log}")
            yield Server(name, style, host, process)
        finally:
            _end(process)

    def env(self, **more: str) -> dict[str, str]:
        ours = {
            "DATABASE_URL": self.database.url,
            "PARAGES_DEMO": "no",
            "PARAGES_SITE_URL": "http://{host}",
            "PARAGES_HOSTS": HOST,
            "PARAGES_SECRET_KEY": secrets.token_urlsafe(40),
        }
        return self.checkout.environment(**ours, **more)


Words = list[str | Path]
Serving = AbstractContextManager[Server]


@contextmanager
def started(host: Host, peers: Sequence[str], *, brief: bool = False) -> Iterator[dict[str, Server]]:
    """The product (unless brief under gunicorn too) and the peers that are asked for and installed, by name."""
    with ExitStack() as stack:
        starts = [_granian(host, OURS, "0"), _granian(host, CACHED, "64"), *([] if brief else [_gunicorn(host)])]
        starts += [PEER_STARTS[name](host) for name in peers if name == PLAIN or host.tools]
        yield {server.name: server for server in map(stack.enter_context, starts)}


def warmed(servers: Mapping[str, Server]) -> None:
    """Several requests at a time, until each worker has answered some: what is loaded at the first is not measured."""
    for server in servers.values():
        path = WARMING[server.style]
        with ThreadPoolExecutor(WARM_CONNECTIONS) as pool:
            list(pool.map(lambda _, host=server.host, path=path: _asked(host, path), range(WARM_REQUESTS)))


def _asked(host: str, path: str) -> None:
    client = Client(host)
    client.get(path)
    client.close()


def _granian(host: Host, name: str, cache_mb: str) -> Serving:
    words = ["--interface", "wsgi", "--workers", WORKERS, "--blocking-threads", THREADS, "--host", HOST]
    command = _python(host, "granian", *words, "--port", "{port}", "portal.wsgi:application")
    return host.serving(name, OURS, command, host.env(PARAGES_CACHE_MB=cache_mb))


def _gunicorn(host: Host) -> Serving:
    command = _python(host, "gunicorn", *GTHREAD, "--bind", "{host}", "portal.wsgi:application")
    return host.serving(GUNICORN, OURS, command, host.env(PARAGES_CACHE_MB="0"))


def _plain(host: Host) -> Serving:
    command = _python(host, "gunicorn", *GTHREAD, "--bind", "{host}", "plain.wsgi:application")
    env = host.env() | {"DJANGO_SETTINGS_MODULE": "plain.settings"}
    env["PYTHONPATH"] = os.pathsep.join([str(HERE), str(host.checkout.root)])
    return host.serving(PLAIN, PLAIN, command, env)


def _python(host: Host, *words: str) -> Words:
    return [host.checkout.python, "-P", "-m", *words]


def _tipg(host: Host) -> Serving:
    command: Words = [_tool(host, "uvicorn"), "tipg.main:app", "--host", HOST, "--port", "{port}", "--workers", WORKERS]
    settings = {
        "DATABASE_URL": host.database.libpq_url,
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": json.dumps([f"public.{TABLE}"]),
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
        "TIPG_CATALOG_TTL": "86400",  # it reads its catalogue anew now and then: not while we measure
    }
    return host.serving(TIPG, TIPG, [*command, "--log-level", "warning"], _bare() | settings)


@contextmanager
def _pygeoapi(host: Host) -> Iterator[Server]:
    config, document = host.folder / "pygeoapi.yml", host.folder / "pygeoapi-openapi.json"
    text = (HERE / "pygeoapi.yml").read_text("utf-8").replace("THE_SOCKET", host.database.folder)
    config.write_text(text.replace("THE_NAME", NAME), "utf-8")
    env = _bare() | {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    make: Words = [_tool(host, "pygeoapi"), "openapi", "generate", config, "--format", "json"]
    done = subprocess.run([*make, "--output-file", document], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"pygeoapi does not understand its configuration.\n\n{done.stderr[-2_000:]}")
    command: Words = [_tool(host, "gunicorn"), *GTHREAD, "--bind", "{host}", "pygeoapi.flask_app:APP"]
    with host.serving(PYGEOAPI, PYGEOAPI, command, env) as server:
        yield server


PEER_STARTS: dict[str, Callable[[Host], Serving]] = {TIPG: _tipg, PYGEOAPI: _pygeoapi, PLAIN: _plain}


def _tool(host: Host, name: str) -> Path:
    return (host.tools or Path()) / name


def _bare() -> dict[str, str]:
    """Our environment without what would mean something to another program."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PARAGES_", "DJANGO_", "PYTHON"))}


def _end(process: subprocess.Popen[bytes]) -> None:
    """At once, workers and all: nothing is lost by it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _listens(host: str) -> bool:
    address, _, port = host.rpartition(":")
    with socket.socket() as probe:
        return probe.connect_ex((address, int(port))) == 0
