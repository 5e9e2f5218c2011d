"""Every source has a sample of its portal's answer, and what must come out of it.

A missing expectation is written from what came out, and the test fails once: read the file, then
keep it. The areas that the samples name are in `samples/areas.json`.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.gis.geos import Point

from harvesters.definition import FOLDER, dump, load
from harvesters.demo import SCHEME
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.report import as_json
from harvesters.runs.harvest import harvest
from portal.api.features import FeatureSerializer
from portal.models import Activity, Run, Source
from tests.factories import make_area

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parent / "samples"
SLUGS = sorted(path.stem for path in FOLDER.glob("*.toml"))
OURS = ("first_seen", "last_seen", "changed", "url")


@pytest.fixture(autouse=True)
def areas() -> None:
    by_code: dict[str, Any] = {}
    for area in json.loads((SAMPLES / "areas.json").read_text("utf-8")):
        lon, lat, parent = area.pop("lon"), area.pop("lat"), area.pop("parent", None)
        by_code[area["code"]] = make_area(**area, centre=Point(lon, lat, srid=4326), parent=by_code.get(parent))


def harvested(slug: str) -> Run:
    source = load(FOLDER / f"{slug}.toml")
    folder = SAMPLES / slug / "portals"
    with portals(folder) as base_url:
        if source.address.startswith(SCHEME):
            source.address = base_url + source.address.removeprefix(SCHEME)
        else:
            # One file is what the source reads; several are those of a portal, at its address.
            files = [path for path in folder.rglob("*") if path.is_file()]
            source.address = (
                f"{base_url}/{(files if len(files) == 1 else list(folder.iterdir()))[0].relative_to(folder)}"
            )
        source.save()
        with Client.from_settings(also_allow=[urlsplit(base_url).netloc]) as client:
            return harvest(source, client)


def outcome(run: Run) -> dict[str, Any]:
    report = {key: value for key, value in as_json([run]).items() if key not in ("seconds", "runs")}
    features = [FeatureSerializer(activity).data for activity in Activity.objects.order_by("source_record_id")]
    for feature in features:
        feature["properties"] = {
            k: v for k, v in feature["properties"].items() if k not in OURS and v not in (None, "", [])
        }
        if feature["properties"]["precision"] in ("district", "commune", "citywide"):
            feature["geometry"] = "the shape of its area"
    return {"run": report, "features": json.loads(json.dumps(features))}


@pytest.mark.parametrize("slug", SLUGS)
def test_what_comes_out_of_a_sample(slug: str) -> None:
    assert (SAMPLES / slug / "portals").is_dir(), f"put records of {slug} into {SAMPLES / slug}/portals"
    came_out = outcome(harvested(slug))
    expected = SAMPLES / slug / "expected.json"
    if not expected.exists():
        expected.write_text(json.dumps(came_out, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{expected} was missing: written from what came out. Read it, then keep it.")
    assert came_out == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_definition_survives_the_round_trip(slug: str, tmp_path: Path) -> None:
    source = load(FOLDER / f"{slug}.toml")
    again = tmp_path / f"{slug}.toml"
    again.write_text(dump(source), "utf-8")
    fields = [field.name for field in Source._meta.concrete_fields if field.name not in ("id", "created", "updated")]
    assert [getattr(load(again), name) for name in fields] == [getattr(source, name) for name in fields]
