"""`./parages run`: everything that is missing, then the site, until somebody ends it."""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from portal.launcher import contents, database, environment, node, packages
from portal.launcher.checkout import Checkout, Stamp, digest
from portal.launcher.cluster import Cluster
from portal.launcher.locks import Lock
from portal.launcher.processes import Stopped, is_alive, start_child, stop_child, told_to_stop, wait_until
from portal.launcher.steps import Console, Failed, end_of, execute
from portal.launcher.worker import Worker

HOST = "127.0.0.1"
PORT = 8000
SERVING_SECONDS = 60.0
DYING_SECONDS = 10.0
WATCH_SECONDS = 0.5
TRUE = ("true", "on", "ok", "y", "yes", "1")  # as the settings read it


def run(console: Console, checkout: Checkout, port: int = PORT, *, worker: bool = True) -> int:
    """Serve until Ctrl-C or SIGTERM; where the site is served already, tell its address."""
    lock = Lock(checkout.state / "locks" / "run")
    if not lock.try_exclusive():
        return _tell_address(console, checkout, lock)
    with told_to_stop():
        try:
            return _serve(console, checkout, port, worker=worker)
        except Stopped:
            console.say("\nStopped.")
            return 0
        finally:
            _state_file(checkout).unlink(missing_ok=True)
            lock.release()


def _serve(console: Console, checkout: Checkout, port: int, *, worker: bool) -> int:
    _wait_for_old_site(checkout)
    external = database.external_url()
    packages.install(console, packages.needed(database=not external, tests=False))
    environment.prepare(console, checkout, node.lock())
    node.prepare(console, checkout)
    translate(console, checkout)
    with available(console, checkout, alone=True, demo=True) as project:
        _collect(console, checkout, project.env)
        address = f"http://{HOST}:{free_port(port)}"
        _make_read_tables(console, checkout, project, address)
        harvests = Worker(checkout, {"PARAGES_SITE_URL": address} | project.env) if worker else None
        return _watch(console, checkout, project, address, harvests)


@dataclass(frozen=True)
class Available:
    """The environment variables of the project's processes, and the cluster where the database is ours."""

    env: dict[str, str]
    cluster: Cluster | None = None


@contextmanager
def available(
    console: Console, checkout: Checkout, *, alone: bool, demo: bool, ready: bool = True
) -> Iterator[Available]:
    """A database that runs and, if `ready`, has what the code expects."""
    demo = demo and os.environ.get("PARAGES_DEMO", "yes").lower() in TRUE
    if url := database.external_url():
        env = checkout.environment()
        if ready:
            contents.check_external(checkout, env, url)
            contents.prepare(console, checkout, env, url, demo=demo)
        yield Available(env)
        return
    with database.running(console, database.main_cluster(checkout), alone=alone) as cluster:
        env = checkout.environment(DATABASE_URL=cluster.database_url)
        if ready:
            contents.prepare(console, checkout, env, cluster.identity(), demo=demo)
        yield Available(env, cluster)


def translate(console: Console, checkout: Checkout) -> None:
    """Compile the catalogues with Babel: Django's own command needs a program of the gettext package."""
    sources = checkout.files("portal/locale/*/LC_MESSAGES/*.po")
    compiled = tuple(path.with_suffix(".mo") for path in sources)
    stamp = Stamp(checkout.stamps / "translations", digest(checkout.root, sources), compiled)
    if sources and not stamp.is_current():
        words = ["compile", "--domain", "django", "--directory", str(checkout.root / "portal" / "locale")]
        with console.step("Translations", "translations") as step:
            execute(step, [str(checkout.python), "-P", "-m", "babel.messages.frontend", *words])
        stamp.record()


def _collect(console: Console, checkout: Checkout, env: Mapping[str, str]) -> None:
    sources = checkout.files("portal/static/**/*", "harvesters/static/**/*", "requirements.txt", "portal/settings.py")
    stamp = Stamp(checkout.stamps / "static", digest(checkout.root, sources), (checkout.root / "static",))
    if not stamp.is_current():
        with console.step("Static files", "static") as step:
            execute(step, contents.manage(checkout, "collectstatic", "--no-input", "--clear", "-v0"), env=env)
        stamp.record()


def _make_read_tables(console: Console, checkout: Checkout, project: Available, address: str) -> None:
    """What questions are answered from has the site's address in it, and is made by the code that is here."""
    code = checkout.files("portal/read/*.py", "portal/api/properties.py", "portal/vocabularies.py")
    env = {"PARAGES_SITE_URL": address} | project.env
    database_now = project.cluster.identity() if project.cluster else env["DATABASE_URL"]
    identity = [database_now, env["PARAGES_SITE_URL"]]
    stamp = Stamp(checkout.stamps / "read", digest(checkout.root, [*identity, *code]))
    if not stamp.is_current():
        with console.step("Read tables", "read") as step:
            for word in ("role", "ensure"):
                execute(step, contents.manage(checkout, "read", word), env=env)
        stamp.record()


def _watch(console: Console, checkout: Checkout, project: Available, address: str, harvests: Worker | None) -> int:
    """Start the web server, tell the address once it answers, and stay for as long as it does."""
    log = checkout.logs / "web.log"
    log.write_text("")
    env = {"PARAGES_SITE_URL": address} | project.env
    web = start_child(_granian(checkout, address), log, env)
    try:
        if (
            not wait_until(lambda: web.poll() is not None or answers(address), SERVING_SECONDS)
            or web.poll() is not None
        ):
            raise Failed(f"The web server did not start.\n\n{end_of(log)}\n\nAll its words: {log}")
        _remember(checkout, address, web)
        console.say(f"\nParages is at  {address}/\nCtrl-C ends it.")
        while web.poll() is None:
            time.sleep(WATCH_SECONDS)
            if project.cluster and project.cluster.revive():
                console.say("PostgreSQL had ended by itself and was started again.")
            if harvests:
                harvests.keep()
        raise Failed(f"The web server ended by itself.\n\n{end_of(log)}\n\nAll its words: {log}")
    finally:
        if harvests:
            harvests.stop()
        stop_child(web)


def _granian(checkout: Checkout, address: str) -> list[str | Path]:
    words = ["--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"]
    ending = ["--workers-kill-timeout", "5", "--log-level", "warning"]
    host, _colon, port = address.removeprefix("http://").partition(":")
    bind = ["--host", host, "--port", port]
    return [checkout.python, "-P", "-m", "granian", "portal.wsgi:application", *words, *ending, *bind]


def answers(address: str) -> bool:
    """Whether the home page is served without an error of ours."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def free_port(first: int) -> int:
    """`first`, or the next one that nobody listens on."""
    for port in range(first, 65536):
        with socket.socket() as candidate:
            # As the web server will: connections that linger from an earlier start do not make a port taken.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind((HOST, port))
            except OSError:
                continue
            return port
    raise Failed(f"No port is free from {first} on.")


def _state_file(checkout: Checkout) -> Path:
    return checkout.state / "run.json"


def _remember(checkout: Checkout, address: str, web: Popen[bytes]) -> None:
    state = {"address": address, "pid": os.getpid(), "web_pid": web.pid}
    _state_file(checkout).write_text(json.dumps(state))


def state(checkout: Checkout) -> dict[str, int | str]:
    """Address and process ids of the site as last started; nothing before it answers and after it has ended."""
    try:
        return dict(json.loads(_state_file(checkout).read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _wait_for_old_site(checkout: Checkout) -> None:
    """After `kill -9` the web server of then takes a moment to leave its port."""
    old = int(state(checkout).get("web_pid", 0))
    _state_file(checkout).unlink(missing_ok=True)
    wait_until(lambda: not old or not is_alive(old, "granian"), DYING_SECONDS)


def _tell_address(console: Console, checkout: Checkout, lock: Lock) -> int:
    """Of the site that serves already; one that is being set up is waited for."""
    while not state(checkout):
        if lock.try_exclusive():
            lock.release()
            raise Failed("The other `./parages run` ended without serving; start again.")
        time.sleep(1)
    console.say(f"Parages is already served, at  {state(checkout)['address']}/")
    return 0
