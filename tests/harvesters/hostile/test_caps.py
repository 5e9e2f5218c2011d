"""What one record may weigh: its title, text, tags, links, corners and nesting are bounded, and the run goes on."""

from typing import Any

import pytest

from harvesters.runs.harvest import harvest
from portal.models import Activity
from tests.harvesters.hostile.mode import Mode, one
from tests.harvesters.hostile.portal import HostilePortal
from tests.harvesters.rude import serving

pytestmark = pytest.mark.django_db
MEGABYTE = "long " * 200_000
LINE = [[3.9 + number / 1_000_000, 50.4 + (number % 7) / 1_000] for number in range(25_000)]
DEEP: Any = "x"
for _level in range(65):
    DEEP = [DEEP]


def third(kind: str, **values: Any) -> tuple[Activity, str]:
    """What became of a record with these values, and what the run said of it."""
    with serving(HostilePortal(kind, "http://127.0.0.1:9")) as portal, portal.client() as client:
        portal.mode = Mode("", [], records=one(**values))
        run = harvest(portal.source(), client)
        assert (run.status, run.read) == ("complete", 7)
        return Activity.objects.get(source_record_id="r-3"), str([*run.notes, *run.rejections.values_list("reason")])


def test_a_title_has_300_characters() -> None:
    assert 150 < len(third("json", titre=MEGABYTE)[0].title) <= 300


def test_a_description_has_20_000_characters() -> None:
    assert 10_000 < len(third("json", texte=MEGABYTE)[0].description) <= 20_000


def test_there_are_50_tags() -> None:
    assert len(third("json", mots=";".join(map(str, range(1000))))[0].skills) == 50


def test_a_tag_has_200_characters() -> None:
    assert [len(tag) for tag in third("json", mots="x" * 1_000)[0].skills] == [200]


def test_a_link_has_2_000_characters() -> None:
    assert third("json", site="https://a.example/" + "x" * 2_000)[0].website == ""


def test_a_text_holds_no_live_link() -> None:
    links = " ".join(f'<a href="https://a.example/{number}">ici</a>' for number in range(1_000))
    assert "href" not in third("json", texte=links)[0].description


def test_a_shape_has_10_000_corners_and_its_original_is_linked() -> None:
    activity, said = third("geojson", geometry={"type": "LineString", "coordinates": LINE})
    assert activity.geometry
    assert (activity.geometry.num_coords <= 10_000, bool(activity.source_url)) == (True, True)
    assert "it was simplified, the source has the original" in said


def test_a_value_is_64_levels_deep() -> None:
    with serving(HostilePortal("json", "http://127.0.0.1:9")) as portal, portal.client() as client:
        portal.mode = Mode("", [], records=one(autre=DEEP))
        run = harvest(portal.source(), client)
        assert (run.status, run.rejected, run.created) == ("complete", 1, 6)
        assert "64 levels deep" in run.rejections.get().reason
