"""The words of `./parages`."""

import argparse
import difflib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from portal.launcher import contents, database, environment, node, packages, site, suite
from portal.launcher.checkout import PACKAGES, Checkout
from portal.launcher.processes import Stopped, is_alive, run_in_foreground, told_to_stop, wait_until
from portal.launcher.steps import Console, Failed

USAGE = """\
Parages: a map of civic life near you.

  ./parages run [--port N]         serve the site here, after installing what is missing; Ctrl-C ends it
                [--no-worker]      without the worker that keeps the sources fresh
  ./parages stop                   end the site that `run` serves from this folder
  ./parages test [--long] [ARGS]   run all tests (--long: the slow ones too; ARGS go to pytest)
  ./parages gates                  style, types, imports, migrations, production settings
  ./parages help [COMMAND]         this text, or the help of one command

Commands of the project (the database is started for them if it is not running):
  {commands}
and all of Django's: migrate, shell, dbshell, ...

DATABASE_URL=postgis://user:password@host:5432/name uses that PostGIS instead of one of our own.
PARAGES_DEMO=no starts without the demo data. docs/settings.md lists every setting.
"""
NOT_UNDERSTOOD = 2


def main(words: Sequence[str]) -> int:
    checkout = Checkout(Path(__file__).resolve().parents[2])
    word, *rest = words or ["help"]
    try:
        checkout.make_folders()
        return WORDS[word](checkout, rest) if word in WORDS else command(checkout, word, rest)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)  # noqa: T201 -- the launcher's own output
    except PermissionError as refusal:
        whose = "This checkout was last used by another user (root?): be that user, or change the owner of its files."
        print(f"\n{refusal}\n{whose}", file=sys.stderr)  # noqa: T201
    return 1


def run(checkout: Checkout, rest: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./parages run", description="Serve the site on this machine.")
    parser.add_argument("--port", type=int, default=site.PORT, help="the first port to try (default: %(default)s)")
    parser.add_argument("--no-worker", action="store_true", help="harvest nothing: workers elsewhere do")
    said = parser.parse_args(rest)
    return site.run(Console(sys.stdout, checkout.logs), checkout, said.port, worker=not said.no_worker)


def stop(checkout: Checkout, rest: Sequence[str]) -> int:
    _refuse_more(rest)
    pid = int(site.state(checkout).get("pid", 0))
    if not pid or not is_alive(pid, "portal.launcher"):
        print("Nothing is served from this folder.")  # noqa: T201
        return 0
    os.kill(pid, signal.SIGTERM)
    ended = wait_until(lambda: not is_alive(pid, "portal.launcher"), seconds=60)
    print("Stopped." if ended else f"Process {pid} has not ended yet.")  # noqa: T201
    return 0 if ended else 1


def test(checkout: Checkout, rest: Sequence[str]) -> int:
    words = [item for item in rest if item not in ("--long", "--")]
    return suite.test(Console(sys.stdout, checkout.logs), checkout, words, long="--long" in rest)


def gates(checkout: Checkout, rest: Sequence[str]) -> int:
    _refuse_more(rest)
    return suite.gates(Console(sys.stdout, checkout.logs), checkout)


def usage(checkout: Checkout, rest: Sequence[str]) -> int:
    if rest:
        return command(checkout, rest[0], ["--help"])
    print(USAGE.format(commands=", ".join(own_commands(checkout)) or "(none)"))  # noqa: T201
    return 0


def command(checkout: Checkout, word: str, rest: Sequence[str]) -> int:
    """A word of the project's command line, on the database that is served, or on one started for its duration."""
    known = own_commands(checkout)
    django = django_commands(checkout)
    if word not in known + django:
        near = difflib.get_close_matches(word, [*WORDS, *known, *django], n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        print(f"`{word}` is no command.{hint} `./parages help` lists them.", file=sys.stderr)  # noqa: T201
        return NOT_UNDERSTOOD
    # Our own words go to stderr: stdout belongs to the command.
    console = Console(sys.stderr, checkout.logs)
    with told_to_stop():
        try:
            _install(console, checkout)
            if {"-h", "--help"} & set(rest):
                return run_in_foreground(contents.manage(checkout, word, *rest), checkout.environment())
            with site.available(console, checkout, alone=False, demo=False, ready=word in known) as project:
                env = _site_url(checkout) | project.env
                return run_in_foreground(contents.manage(checkout, word, *rest), env)
        except Stopped:
            return suite.STOPPED


def _site_url(checkout: Checkout) -> dict[str, str]:
    """Of the site that is served from here, for commands that write addresses."""
    address = site.state(checkout).get("address")
    return {"PARAGES_SITE_URL": str(address)} if address else {}


def _refuse_more(rest: Sequence[str]) -> None:
    if rest:
        raise Failed(f"This word takes no others; «{' '.join(rest)}» is too much. `./parages help` tells more.")


def _install(console: Console, checkout: Checkout) -> None:
    packages.install(console, packages.needed(database=not database.external_url(), tests=False))
    environment.prepare(console, checkout, node.lock())
    site.translate(console, checkout)


def own_commands(checkout: Checkout) -> list[str]:
    return _names(checkout, *(f"{package}/management/commands/*.py" for package in PACKAGES))


def django_commands(checkout: Checkout) -> list[str]:
    """Known once Django is installed; before, the few that somebody might start with."""
    found = _names(checkout, ".venv/lib/python3.*/site-packages/django/**/management/commands/*.py")
    return found or ["check", "dbshell", "makemigrations", "migrate", "shell"]


def _names(checkout: Checkout, *patterns: str) -> list[str]:
    return sorted({path.stem for path in checkout.files(*patterns) if not path.stem.startswith("_")})


Word = Callable[[Checkout, Sequence[str]], int]
WORDS: dict[str, Word] = {
    "run": run,
    "stop": stop,
    "test": test,
    "gates": gates,
    "help": usage,
    "--help": usage,
    "-h": usage,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
