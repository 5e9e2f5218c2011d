"""The whole data set as files that never change, for any object store or CDN: named by what is in them.

`index.json` names the files of the present data version and is written last: whoever reads it finds all that it names.
Every file is written under another name first, so that nobody ever reads half of one. All of a version is read at one
moment of the database.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from portal.exports import FORMATS
from portal.exports.records import RecordsAnswer
from portal.links import absolute
from portal.query import Query
from portal.read import database, tiles
from portal.read.where import Where
from portal.results import Results

INDEX, FILES, TILES = "index.json", "files", "tiles"
COLLECTION = "all"
TILE_TYPE = "application/vnd.mapbox-vector-tile"
PART = ".part"
ABANDONED_S = 86_400
"""A file under its first name that is older was left by somebody who was killed."""

Json = dict[str, Any]


@dataclass
class Published:
    """What came of it: `index` is what stands in index.json, `written` what was not there before."""

    index: Json
    written: list[Path] = field(default_factory=list)


def publish(folder: Path, formats: Sequence[str], zoom: int | None = None) -> Published:
    """The present data version into the folder: a file for each of the formats, tiles from zoom 0 to `zoom`."""
    known = index_of(folder)
    with database.one_moment():
        results = Results(Query())
        state = _state(RecordsAnswer(results, COLLECTION, _address("json")))
        same = known if all(known.get(name) == value for name, value in state.items()) else {}
        made = Published(state)
        files = [_file(folder, form, results, same, made) for form in formats]
        made.index |= {"files": files, **_tiles(folder, zoom, same, made)}
    _write_index(folder, known, made)
    return made


def index_of(folder: Path) -> Json:
    """What the folder holds; nothing where there is none."""
    try:
        found: Json = orjson.loads((folder / INDEX).read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return found


def prune(folder: Path, days: float) -> list[Path]:
    """Remove what index.json has not named for so many days, and what was abandoned; what was removed."""
    named, now = set(_named(index_of(folder))), time.time()
    removed = []
    for path in [*(folder / FILES).glob("[!.]*"), *(folder / TILES).glob("[!.]*"), *folder.rglob(f".*{PART}")]:
        kept_s = ABANDONED_S if path.suffix == PART else days * 86_400
        if path.relative_to(folder).as_posix() not in named and now - path.stat().st_mtime >= kept_s:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(path)
    return removed


def _state(answer: RecordsAnswer) -> Json:
    licences = [credit._asdict() for credit in answer.credits]
    return {
        "title": answer.title, "url": absolute("/"), "version": answer.version, "changed": answer.changed.isoformat(),
        "rows": sum(credit.records for credit in answer.credits), "licences": licences,
    }  # fmt: skip


def _address(form: str) -> str:
    return absolute(f"/api/collections/{COLLECTION}/items?f={form}")


def _file(folder: Path, form: str, results: Results, same: Json, made: Published) -> Json:
    """What the index says of the file of one format, once it is there."""
    for told in same.get("files", []):
        if told["format"] == form and (folder / told["path"]).exists():
            return dict(told)
    module = FORMATS[form]
    answer = RecordsAnswer(results, COLLECTION, _address(form))
    part, digest, size = _written(folder / FILES, module.write(answer))
    path = folder / FILES / f"{digest}{module.SUFFIX}"
    if path.exists():
        part.unlink()
    else:
        part.rename(path)
        made.written.append(path)
    return {
        "format": form, "path": path.relative_to(folder).as_posix(), "media_type": module.MEDIA_TYPE,
        "bytes": size, "rows": made.index["rows"], "sha256": digest,
    }  # fmt: skip


def _tiles(folder: Path, zoom: int | None, same: Json, made: Published) -> Json:
    """Those of tiles with something in them; what is in a tile is in the one above, so nothing else is looked at."""
    before = same.get("tiles")
    if zoom is None:
        return {"tiles": before} if before else {}
    root = folder / TILES / str(made.index["version"])
    there = before["zooms"][1] if before else -1
    waiting, count, size = [(0, 0, 0)], 0, 0
    while waiting:
        z, x, y = waiting.pop()
        path = root / str(z) / str(x) / f"{y}.mvt"
        content = _tile(path, (z, x, y), is_there=z <= there, made=made)
        if not content:
            continue
        count, size = count + 1, size + content
        if z < max(zoom, there):
            waiting += [(z + 1, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1)]
    told = {"template": f"{TILES}/{root.name}/{{z}}/{{x}}/{{y}}.mvt", "zooms": [0, max(zoom, there)],
            "media_type": TILE_TYPE, "count": count, "bytes": size, "absent": "empty"}  # fmt: skip
    return {"tiles": told}


def _tile(path: Path, place: tuple[int, int, int], is_there: bool, made: Published) -> int:
    """The tile's size in bytes, 0 where nothing is."""
    if is_there:
        return path.stat().st_size if path.exists() else 0
    content = tiles.mvt(Where(Query()), *place)
    if content:
        _replace(path, content)
        made.written.append(path)
    return len(content)


def _write_index(folder: Path, known: Json, made: Published) -> None:
    if made.index == known:
        return
    _replace(folder / INDEX, orjson.dumps(made.index, option=orjson.OPT_INDENT_2))
    for path in set(_named(known)) - set(_named(made.index)):
        if (folder / path).exists():
            os.utime(folder / path)  # from now on nobody is sent there


def _named(index: Json) -> Iterator[str]:
    """The paths that an index names, of tiles their folder."""
    yield from (told["path"] for told in index.get("files", []))
    if index.get("tiles"):
        yield f"{TILES}/{index['version']}"


def _written(folder: Path, pieces: Iterable[bytes]) -> tuple[Path, str, int]:
    """The pieces in a file under its first name, their SHA-256, and how many bytes they are."""
    folder.mkdir(parents=True, exist_ok=True)
    part, digest, size = folder / f".{uuid4().hex}{PART}", hashlib.sha256(), 0
    try:
        with part.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part, digest.hexdigest(), size


def _replace(path: Path, content: bytes) -> None:
    part, _digest, _size = _written(path.parent, [content])
    part.rename(path)
