"""`./parages test` and `./parages gates`: all that must hold, on a database and in a browser of our own."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from portal.launcher import contents, database, environment, node, packages, site
from portal.launcher.checkout import Checkout
from portal.launcher.processes import Stopped, run_in_foreground, told_to_stop
from portal.launcher.steps import Console

LOCK = "requirements-test.txt"
NOTHING_COLLECTED = 5  # pytest's code
STOPPED = 130
FRONT_END = ("check", "lint", "test")  # scripts of package.json: tsc, biome, vitest
PRODUCTION = {"PARAGES_SITE_URL": "https://parages.example", "PARAGES_HOSTS": "parages.example"}


@dataclass(frozen=True)
class Phase:
    """One process of pytest. Playwright leaves an event loop running, so browser tests have theirs alone."""

    name: str
    marks: str
    variables: Mapping[str, str]


def phases(*, long: bool) -> list[Phase]:
    brief = "" if long else " and not long"
    return [
        Phase("unit", f"not browser{brief}", {}),
        Phase("browser", f"browser{brief}", {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}),
    ]


def test(console: Console, checkout: Checkout, words: Sequence[str], *, long: bool) -> int:
    """All tests, or with `words` what pytest makes of them; the last line printed sums them up."""
    started = time.monotonic()
    with told_to_stop():
        try:
            with _prepared(console, checkout) as env:
                broken = [] if words else _front_end(console, checkout)
                results = {phase.name: _pytest(console, checkout, env, phase, words) for phase in phases(long=long)}
        except Stopped:
            return STOPPED
    broken += [name for name, code in results.items() if code and not (words and code == NOTHING_COLLECTED)]
    reports = {name: _report(checkout, name) for name in results}
    console.say(summary({name: count(path) for name, path in reports.items()}, broken, time.monotonic() - started))
    return 1 if broken else 0


def gates(console: Console, checkout: Checkout) -> int:
    """What must hold beside the tests: style, types, who imports whom, migrations, production settings."""
    with told_to_stop():
        try:
            with _prepared(console, checkout) as env:
                failed = [name for name, code in _gates(console, checkout, env) if code]
        except Stopped:
            return STOPPED
    console.say(f"Gates not passed: {', '.join(failed)}" if failed else "All gates passed.")
    return 1 if failed else 0


@contextmanager
def _prepared(console: Console, checkout: Checkout) -> Iterator[dict[str, str]]:
    """Everything that tests need installed, and a PostGIS that forgets quickly, or DATABASE_URL's."""
    external = database.external_url()
    packages.install(console, packages.needed(database=not external, tests=True))
    environment.prepare(console, checkout, LOCK)
    node.prepare(console, checkout)
    site.translate(console, checkout)
    if external:
        yield _hermetic(checkout.environment())
        return
    with database.running(console, database.test_cluster(checkout)) as cluster:
        yield _hermetic(checkout.environment(DATABASE_URL=cluster.database_url))


def _hermetic(env: Mapping[str, str]) -> dict[str, str]:
    """Without the settings of whoever starts the tests."""
    kept = {name: value for name, value in env.items() if not name.startswith("PARAGES_")}
    return kept | {"PARAGES_SECRET_KEY": env["PARAGES_SECRET_KEY"]}


def _front_end(console: Console, checkout: Checkout) -> list[str]:
    """The names of the front end's scripts that did not pass."""
    failed = []
    for name in FRONT_END:
        console.say(f"\n== front end: {name}")
        if node.script(checkout, [name]):
            failed.append(f"front end {name}")
    return failed


def _pytest(console: Console, checkout: Checkout, env: Mapping[str, str], phase: Phase, words: Sequence[str]) -> int:
    console.say(f"\n== pytest -m '{phase.marks}'")
    report = _report(checkout, phase.name)
    report.unlink(missing_ok=True)
    command = [str(checkout.python), "-m", "pytest", "-m", phase.marks, f"--junitxml={report}", *words]
    return run_in_foreground(command, {**env, **phase.variables}, cwd=checkout.root)


def _report(checkout: Checkout, name: str) -> Path:
    return checkout.state / f"test-{name}.xml"


def count(report: Path) -> dict[str, int]:
    """Outcomes of one pytest process, from its JUnit report; none where it did not get as far as writing one."""
    if not report.exists():
        return {}
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 -- our own pytest wrote it
    total = {"failed": 0, "errors": 0, "skipped": 0, "passed": 0}
    for suite in suites:
        read = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        total["failed"] += read["failures"]
        total["errors"] += read["errors"]
        total["skipped"] += read["skipped"]
        total["passed"] += read["tests"] - read["failures"] - read["errors"] - read["skipped"]
    return total


def summary(counts: Mapping[str, Mapping[str, int]], broken: Sequence[str], seconds: float) -> str:
    """The closing line, in pytest's own form."""
    outcomes = ("failed", "errors", "passed", "skipped")
    totals = {name: sum(phase.get(name, 0) for phase in counts.values()) for name in outcomes}
    told = ", ".join(f"{totals[name]} {name}" for name in outcomes if totals[name] or name == "passed")
    lines = [f"\nNot passed: {', '.join(broken)}"] if broken else [""]
    return "\n".join([*lines, f"===== {told} in {seconds:.2f}s ====="])


def _gates(console: Console, checkout: Checkout, env: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Name and exit code of each gate, cheap ones first."""
    for name, command, variables in _gate_commands(checkout):
        console.say(f"\n== {name}")
        yield name, run_in_foreground(command, {**env, **variables}, cwd=checkout.root)


def _gate_commands(checkout: Checkout) -> list[tuple[str, list[str | Path], Mapping[str, str]]]:
    tools = checkout.venv / "bin"
    return [
        ("ruff check", [tools / "ruff", "check"], {}),
        ("ruff format", [tools / "ruff", "format", "--check"], {}),
        ("lint-imports", [checkout.python, tools / "lint-imports"], {}),
        ("mypy", [checkout.python, "-m", "mypy"], {}),
        ("migrations", contents.manage(checkout, "makemigrations", "--check", "--dry-run"), {}),
        ("check --deploy", contents.manage(checkout, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    ]
