"""How much of what the database alone could give the product gives: pgbench on its very statements, in turn with it."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from environ import Env
from psycopg import ClientCursor

from bench.serving import columns
from bench.serving.asking import STYLES, features_in, features_in_tile
from bench.serving.loads import CITY_LIMIT, Count, checked
from bench.serving.outcome import Absent, Outcome, Run, line, raw
from bench.serving.scene import NEAREST, SINCE, Box, Near, Tile
from bench.serving.servers import OURS
from bench.serving.slices import Contender, Slice, ratios
from bench.serving.tools import pgbench
from portal.launcher.cluster import NAME
from portal.launcher.steps import Failed

SCRIPTS = 24
RATE = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)
PRODUCT = "portal.read.explain"
Statement = tuple[str, dict[str, Any]]


def statements(path: str, obvious: Statement) -> list[tuple[str, Any]]:
    """What the product sends for an address; while it has no way to tell, the obvious statement on the wide table.

    This is the one place to change when the product's own way is called otherwise.
    """
    if find_spec("portal.read") is None or find_spec(PRODUCT) is None:
        return [obvious]
    return list(import_module(PRODUCT).statements(path))


def _configured(run: Run) -> None:
    """The product in this process too, on the database that is measured."""
    os.environ |= {"DATABASE_URL": run.database.url, "DJANGO_SETTINGS_MODULE": "portal.settings",
                   "PARAGES_SECRET_KEY": "only-for-measuring", "PARAGES_CACHE_MB": "0"}  # fmt: skip
    django.setup()
    settings.DATABASES["default"] |= Env.db_url_config(run.database.url)  # they were read before


@dataclass(frozen=True)
class Kind:
    """Addresses of the product, and the obvious statement of each."""

    name: str
    asked: Sequence[tuple[str, Statement]]
    count: Count


def kinds(run: Run) -> list[Kind]:
    ours, scene = STYLES[OURS], run.scene
    tile = ours.tile
    found = [
        Kind("city", [(ours.box(box, CITY_LIMIT), _box(box)) for box in scene.cities[:SCRIPTS]], features_in),
        Kind("near", [(ours.near(near), _near(near)) for near in scene.points[:SCRIPTS]], features_in),
    ]
    if tile:
        tiles = scene.tiles(12)[:SCRIPTS]
        found.append(Kind("z12", [(tile(each), (columns.TILE, asdict(each))) for each in tiles], features_in_tile))
    return found


def _box(box: Box) -> Statement:
    return columns.BOX, {**asdict(box), "limit": CITY_LIMIT}


def _near(near: Near) -> Statement:
    return columns.NEAR, {**asdict(near.box), **asdict(near), "since": SINCE, "limit": NEAREST}


def ceiling(run: Run) -> Outcome:
    """The product's share of the ceiling, at the larger number of connections."""
    program = pgbench(run.database.cluster)
    if program is None:
        raise Absent("pgbench is not there: Debian's postgresql package holds it.")
    _configured(run)
    outcome = Outcome("share of the database's own rate (pgbench, prepared)")
    for kind in kinds(run):
        _share(run, program, kind, outcome)
    if not outcome.lines:
        raise Absent("; ".join(outcome.missing))
    return outcome


def _share(run: Run, program: Path, kind: Kind, outcome: Outcome) -> None:
    alone, product = f"{kind.name}, database alone", f"{kind.name}, product"
    try:
        load = replace(checked(run.ours, [path for path, _ in kind.asked], 1, 1_000_000, kind.count), name=product)
    except Absent as absent:
        outcome.missing.append(f"{kind.name}: {absent}")
        return
    with tempfile.TemporaryDirectory() as folder:
        scripts = _scripts(run, kind, Path(folder))
        database = Contender(alone, _bench(program, run.database.folder, scripts), list)
        pace = replace(run.pace, connections=(run.crowd,))
        turns = pace.turns(run.connection, [load.contender(run.crowd), database])
    sizes = {product: (load.bytes, load.features), alone: (None, None)}
    outcome.lines += [line(name, many, found, *sizes[name]) for (name, many), found in turns.items()]
    outcome.raw |= raw(turns)
    outcome.ratios[kind.name] = ratios(turns, product, run.crowd)[alone]


def _scripts(run: Run, kind: Kind, folder: Path) -> list[Path]:
    """One for each address, its values written in: planned once a connection, as a prepared statement is."""
    scripts = []
    cursor = ClientCursor(run.connection)
    for number, (path, obvious) in enumerate(kind.asked):
        texts = [cursor.mogrify(sql, values) for sql, values in statements(path, obvious)]
        script = folder / f"{number}.sql"
        script.write_text("".join(f"{' '.join(text.split())};\n" for text in texts), "utf-8")
        scripts.append(script)
    return scripts


def _bench(program: Path, socket_folder: str, scripts: Sequence[Path]) -> Callable[[int, int, int], Slice]:
    def run(connections: int, seconds: int, number: int) -> Slice:
        words = ["-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(seconds)]
        where = ["-h", socket_folder, "-U", NAME, "--random-seed", str(number + 1)]
        files = [word for script in scripts for word in ("-f", str(script))]
        command = ["setpriv", "--pdeathsig=KILL", "--", str(program), *words, *where, *files, NAME]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        rate = RATE.search(done.stdout)
        if done.returncode or rate is None:
            raise Failed(f"pgbench failed: {done.stderr[-1_000:]}")
        return Slice(round(float(rate[1]) * seconds), seconds)

    return run


def tile_statement(tile: Tile) -> Statement:
    """Every point of a tile, out of the wide table: what servers of points send."""
    return columns.TILE, asdict(tile)
