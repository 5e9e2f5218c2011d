"""Difficult files of real publishers, over the loopback: how many records, how many places, what was noted.

They lie beside the project, in `../shared/data/nasty`; without them these tests say so and are skipped.
"""

from collections.abc import Iterator

import pytest

from harvesters import protocols
from harvesters.http import Client
from harvesters.loopback import portals
from portal.models import Source
from tests.harvesters.real_files import DATA, needs_real_files

pytestmark = needs_real_files
LAMBERT = "Geometries were converted from EPSG:{} to longitude and latitude."
MISREAD = "The text was decoded wrongly before it was published (“Ã©” for “é”); this was undone."
EXPECTED = {
    "centres-secours-lambert93-cp1252.csv": (600, 0, ["The text is not UTF-8; it was read as windows-1252."]),
    "centres-secours-lambert93-cp1252.truth.csv": (600, 0, []),
    "centres-secours-mojibake.csv": (200, 0, [MISREAD]),
    "centres-secours-mojibake.truth.csv": (200, 0, []),
    "formats-dates.csv": (10, 0, []),
    "irve-coordonneesXY.csv": (100, 0, []),
    "joconde-pipe-separated.csv": (100, 0, []),
    "la-rochelle-padded-coordinates.json": (136, 136, []),
    "leuven-erfgoed-lambert72.geojson.gz": (1500, 1500, [LAMBERT.format(31370)]),
    "montreal-grands-parcs-activites.json": (49, 0, []),
    "montreal-piscines-decimal-comma-mtm.json": (311, 311, []),
    "preamble-rows-before-header.csv": (1, 0, ["2 lines above the header (line 3) were passed over."]),
    "queensland-bike-racks-projected.geojson": (315, 315, [LAMBERT.format(28356)]),
    "terria-blank_line.csv": (4, 0, []),
    "terria-lat_lon-missing_val.csv": (5, 0, []),
    "terria-lat_lon_val_with_duplicate_row.csv": (6, 0, []),
    "uk-polling-democracy-counts-utf-16le.csv": (34, 0, ["The text is in utf-16-le."]),
    "uk-polling-ext-tsv-with-csv-ext.csv": (9, 0, []),
    "umap-test_upload_empty_coordinates.json": (3, 0, []),
}


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with portals(DATA) as base_url:
        yield base_url


@pytest.mark.parametrize("name", EXPECTED)
def test_a_nasty_file(base: str, name: str) -> None:
    with Client("x", [base.removeprefix("http://")]) as client:
        reading = protocols.read(Source(protocol="file", address=f"{base}/nasty/{name}"), client)
        rows = list(reading)
    assert (len(rows), sum(row.geometry is not None for row in rows), reading.notes) == EXPECTED[name]
    assert (reading.complete, [row.problem for row in rows if row.problem]) == (True, [])


def test_what_was_read_is_the_truth(base: str) -> None:
    """Names in the re-encoded files equal those of the file they were made from."""
    with Client("x", [base.removeprefix("http://")]) as client:
        for name in ("centres-secours-lambert93-cp1252", "centres-secours-mojibake"):
            rows, truth = (
                list(protocols.read(Source(protocol="file", address=f"{base}/nasty/{name}{end}"), client))
                for end in (".csv", ".truth.csv")
            )
            assert {value for row in truth for value in row.data.values() if not value.isascii()} <= {
                value for row in rows for value in row.data.values()
            }
