"""Harvest each real server twice and say what came: `python -m bench.servers --folder FOLDER [--count 3000]`.

Makes a database of its own beside that of DATABASE_URL and drops it. Ends with status 1 when a harvest is not right.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from django.db import connection
from rich.console import Console
from rich.table import Table

import bench  # noqa: F401 (sets Django up)
from bench.servers.records import features, write_geojson, write_geopackage, write_table
from bench.servers.servers import SERVERS, NotInstalled, NotStarted, Server
from harvesters.clean import text
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.protocols import arcgis, ogcapi, wfs
from harvesters.runs.harvest import harvest
from portal.models import Activity, Run, Source

MAPPING = {"id": ["id", "_id"], "title": "titre", "places": "places"}
PLACES = 5  # decimals of a degree, about a metre
Outcome = tuple[list[str], bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the servers are installed")
    parser.add_argument(
        "--count", type=int, default=3_000, help="how many records; over 1,000, so that there are pages"
    )
    parser.add_argument("--only", default="", help="a part of a server's name")
    asked = parser.parse_args()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "parages_servers"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        chosen = [server for server in SERVERS if asked.only.lower() in server.name.lower()]
        all_right = report(chosen, asked.folder.resolve(), asked.count)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    sys.exit(0 if all_right else 1)


def report(servers: list[Server], folder: Path, count: int) -> bool:
    """Print the table of all servers; whether each harvest was right."""
    table = Table("server", "protocol", "found", "first run", "second run", "as it is", "seconds", "why not complete")
    all_right = True
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "initiatives.geojson"
        write_geojson(data, count)
        write_geopackage(data.with_suffix(".gpkg"), count)
        write_table(count)
        for server in servers:
            cells, is_right = tried(server, folder, data, count)
            table.add_row(server.name, server.protocol, *cells, style="" if is_right else "red")
            all_right = all_right and is_right
    Console(width=180).print(table)
    return all_right


def tried(server: Server, folder: Path, data: Path, count: int) -> Outcome:
    try:
        with server.start(folder, data) as address:
            return measured(server, address, count)
    except NotInstalled as missing:
        return [f"not installed: {missing}", "", "", "", "", ""], True
    except NotStarted as broken:
        return [f"not started: {broken}", "", "", "", "", ""], False


def measured(server: Server, address: str, count: int) -> Outcome:
    """What two harvests of one server came to."""
    source = source_of(server, address)
    started = time.monotonic()
    with Client("bench@example.org", [urlsplit(address).netloc]) as client:
        found = discovered(server, address, client)
        first, second = harvest(source, client), harvest(source, client)
    seconds = time.monotonic() - started
    same = as_it_is(source, count)
    is_complete = first.status == second.status == Run.Status.COMPLETE
    is_right = not is_complete if server.pages_wrongly else is_complete and (first.created, same) == (count, count)
    is_right = is_right and found != "" and (second.created, second.updated) == (0, 0)
    return [found, words(first), words(second), f"{same} of {count}", f"{seconds:.1f}", first.error[:160]], is_right


def discovered(server: Server, address: str, client: Client) -> str:
    """What the protocol finds at the address by itself; "" when it does not know the server."""
    try:
        portal = protocol_of(server).probe(address, client)
        listed = list(protocol_of(server).datasets(address, client)) if portal else []
    except PortalError:
        return ""
    return f"{len(listed)} in “{portal.title}”" if portal and listed else ""


def protocol_of(server: Server) -> ModuleType:
    return {"ogcapi": ogcapi, "wfs": wfs, "arcgis": arcgis}[server.protocol]


def source_of(server: Server, address: str) -> Source:
    uid = f"https://bench.example/{server.name}/{server.protocol}"
    slug = f"{server.name}-{server.protocol}".lower().replace(" ", "-").replace(",", "")
    return Source.objects.create(
        uid=uid, slug=slug, title=server.name, protocol=server.protocol, address=address, options=server.options,
        mapping=MAPPING, publisher="bench", licence="CC0", kind="initiative",
    )  # fmt: skip


def as_it_is(source: Source, count: int) -> int:
    """How many records are stored with the title, id and place that were served."""
    stored = {
        (
            activity.source_record_id,
            activity.title,
            round(activity.geometry.x, PLACES),
            round(activity.geometry.y, PLACES),
        )
        for activity in Activity.objects.filter(source=source)
        if activity.geometry
    }
    served = {
        (of["id"], text.public_line(of["properties"]["titre"]), *of["geometry"]["coordinates"])
        for of in features(count)
    }
    return len(stored & served)


def words(run: Run) -> str:
    return f"{run.status}: {run.created} new, {run.updated} changed, {run.unchanged} same, {run.rejected} refused"


if __name__ == "__main__":
    main()
