"""Which database: the one that DATABASE_URL names, or our own cluster, started by whoever needs it first."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from portal.launcher.checkout import Checkout
from portal.launcher.cluster import FORGETFUL, SETTINGS, Cluster, data_folder
from portal.launcher.locks import Lock, held
from portal.launcher.steps import Console


def external_url() -> str | None:
    return os.environ.get("DATABASE_URL") or None


def main_cluster(checkout: Checkout) -> Cluster:
    return Cluster(data_folder(checkout.state / "data"), checkout.logs / "postgresql.log")


def test_cluster(checkout: Checkout) -> Cluster:
    folder = data_folder(checkout.state / "test-data")
    return Cluster(folder, checkout.logs / "postgresql-test.log", SETTINGS | FORGETFUL)


@contextmanager
def running(console: Console, cluster: Cluster, *, alone: bool = False) -> Iterator[Cluster]:
    """The cluster for as long as we need it.

    Whoever finds no living owner starts it and owns it; the others use it, and the owner waits for them before
    stopping it. `alone`: wait for the owner to finish, become the owner, stop without waiting (`run` does).
    """
    folder, name = cluster.log.parent.parent / "locks", cluster.log.stem
    owner, users = Lock(folder / f"{name}.owner"), Lock(folder / f"{name}.users")
    try:
        with held(folder / f"{name}.start"):
            users.shared()
            is_mine = _become_owner(console, owner, wait=alone)
            if is_mine:
                cluster.wait_for_leftover()
                _start(console, cluster)
        yield cluster
        if is_mine and not alone:
            _wait_for_users(console, users)
    finally:
        cluster.stop()
        users.release()
        owner.release()


def _start(console: Console, cluster: Cluster) -> None:
    if cluster.is_made():
        cluster.start()
        return
    with console.step("Database cluster", "cluster"):
        cluster.start()


def _become_owner(console: Console, owner: Lock, *, wait: bool) -> bool:
    if owner.try_exclusive():
        return True
    if wait:
        console.say("A command is using the database; waiting for it to end.")
        owner.exclusive()
    return wait


def _wait_for_users(console: Console, users: Lock) -> None:
    if not users.try_exclusive():
        console.say("Another command still uses the database; waiting for it to end.")
        users.exclusive()
