"""How fast what is stored is served, beside tipg, pygeoapi and django-rest-framework-gis on the same PostGIS.

    python -m bench.serving [--records 1000000] [--rounds 3] [--seconds 3] [--only city,region]

Makes a cluster of its own under `.parages/bench`, kept between the runs, and fills it with made-up records. The product
runs under granian and gunicorn, the others as their documents say, two workers each; they take turns, who begins is
drawn anew in each round, and nobody begins before the one before is idle. Ratios are taken in each round, then their
median. Whoever answers wrongly is told and never timed; the exit code is then 1, as when something of ours is missing.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.serving import report, tools
from bench.serving.ceiling import ceiling
from bench.serving.crawl import crawl
from bench.serving.database import running
from bench.serving.export import export
from bench.serving.loads import cached, city, memory, near, region, unchanged, z6, z12
from bench.serving.outcome import Absent, Outcome, Run
from bench.serving.records import Shape
from bench.serving.scene import scene
from bench.serving.servers import PEERS, PLAIN, Host, started, warmed
from bench.serving.slices import Pace
from bench.serving.views import facets, zooms
from portal.launcher.checkout import Checkout
from portal.launcher.processes import Stopped, told_to_stop
from portal.launcher.steps import Console, Failed

SCENARIOS: dict[str, Callable[[Run], Outcome]] = {
    "city": city,
    "region": region,
    "memory": memory,
    "near": near,
    "z6": z6,
    "z12": z12,
    "zooms": zooms,
    "cached": cached,
    "unchanged": unchanged,
    "ceiling": ceiling,
    "facets": facets,
    "crawl": crawl,
    "export": export,
}
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    asked = _parser().parse_args()
    checkout = Checkout(ROOT)
    checkout.make_folders()
    console = Console(sys.stdout, checkout.logs)
    with told_to_stop():
        try:
            return measure(console, checkout, asked)
        except Stopped:
            console.say("\nStopped.")
            return 130
        except Failed as failure:
            print(f"\n{failure}", file=sys.stderr)
            return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--narrow", action="store_true", help="records without descriptions: for five million of them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="a turn; who is slow gets more, up to --longest")
    parser.add_argument("--longest", type=int, default=30)
    parser.add_argument("--only", type=_names(tuple(SCENARIOS)), default=tuple(SCENARIOS), help=", ".join(SCENARIOS))
    parser.add_argument("--peers", type=_names((*PEERS, "none")), default=PEERS, help="some of them, or none")
    parser.add_argument("--smoke", action="store_true", help="does it run? shortest turns, no gazetteer, 8 connections")
    parser.add_argument("--absent-ok", action="store_true", help="what the product does not have is no failure")
    parser.add_argument("--keep", action="store_true", help="then leave the servers running until Ctrl-C")
    parser.add_argument("--folder", type=Path, default=ROOT / ".parages" / "bench")
    return parser


def _names(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"«{unknown[0]}» is none of {', '.join(known)}")
        return names

    return read


def measure(console: Console, checkout: Checkout, asked: argparse.Namespace) -> int:
    """All scenarios, their tables, the goals and the file; 1 when something was missing or wrong."""
    folder, shape = asked.folder.resolve(), Shape(asked.records, narrow=asked.narrow)
    peers = tuple(name for name in asked.peers if name != "none")
    pace = (
        Pace(asked.rounds, asked.seconds, 1, (8,))
        if asked.smoke
        else Pace(asked.rounds, asked.seconds, asked.longest, (1, 8))
    )
    tools.need_wrk(console)
    with ExitStack() as stack:
        database = stack.enter_context(running(console, checkout, folder, shape, gazetteer=not asked.smoke))
        programs = tools.peers(console, checkout, folder) if set(peers) - {PLAIN} else None
        servers = stack.enter_context(
            started(Host(console, checkout, folder, database, programs), peers, brief=asked.smoke)
        )
        connection = stack.enter_context(database.connect())
        with console.step("Where to ask", "bench-scene"):
            run = Run(database, connection, servers, scene(connection, shape, brief=asked.smoke), pace)
        with console.step("Warming up", "bench-warm"):
            warmed(servers)
        outcomes = {name: _tried(name, run) for name in SCENARIOS if name in asked.only}
        report.printed_goals(outcomes)
        path = report.kept(folder, database, pace, programs, outcomes)
        for words, ratio in report.growth(folder, shape.records).items():
            console.say(f"nearest 50, p50 at one connection, {words}: {ratio:.2f}")
        console.say(f"\nAll figures: {os.path.relpath(path)}")
        if asked.keep:
            _stay(console, run)
    return int(any(_is_wrong(outcome, absent_ok=asked.absent_ok) for outcome in outcomes.values()))


def _tried(name: str, run: Run) -> Outcome:
    try:
        outcome = SCENARIOS[name](run)
    except Absent as absent:
        outcome = Outcome(name, absent=f"not there. {absent}")
    except Failed as failure:
        outcome = Outcome(name, failed=str(failure))
    report.printed(outcome)
    return outcome


def _is_wrong(outcome: Outcome, *, absent_ok: bool) -> bool:
    is_wanting = bool(outcome.absent or outcome.missing) and not absent_ok
    return bool(outcome.failed or outcome.failures or is_wanting)


def _stay(console: Console, run: Run) -> None:
    for name, server in run.servers.items():
        console.say(f"{name}: http://{server.host}/")
    console.say("Ctrl-C ends them.")
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
