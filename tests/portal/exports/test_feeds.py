"""KML, Atom, iCalendar and JSON-LD: what maps, feed readers, calendars and search engines make of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings
from icalendar import Calendar
from shapely.geometry import shape

from portal.exports import atom, featurecollection, ics, jsonld, kml
from portal.exports.answer import Feature
from tests.portal.exports.answers import ListAnswer
from tests.portal.exports.features import SHAPES, TITLES, bytes_of, feature
from tests.portal.exports.readers import ATOM, KML, layer


def entries_of(features: list[Feature]) -> list[Any]:
    return list(ElementTree.fromstring(bytes_of(atom, ListAnswer(features))).findall(f"{ATOM}entry"))


def events_of(features: list[Feature]) -> list[Any]:
    return list(Calendar.from_ical(bytes_of(ics, ListAnswer(features)).decode()).walk("VEVENT"))


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "nowhere"])
def test_kml_draws_what_it_is_given(name: str) -> None:
    frame = layer(bytes_of(kml, ListAnswer([feature(SHAPES[name])])), ".kml", "Parages")
    assert frame.geometry[0].normalize().equals_exact(shape(SHAPES[name]).normalize(), 1e-9)


def test_no_markup_of_a_portal_survives_in_what_is_shown_as_html() -> None:
    content = bytes_of(kml, ListAnswer([feature(summary="<script>x</script>", publisher="<b>")]))
    (placemark,) = ElementTree.fromstring(content).iter(f"{KML}Placemark")
    assert str(placemark.findtext(f"{KML}description")).startswith("<p>&lt;script&gt;x&lt;/script&gt;</p>")
    (entry,) = entries_of([feature(summary="<script>x</script>")])
    assert entry.findtext(f"{ATOM}summary").startswith("<p>&lt;script&gt;")


def test_a_feed_has_what_changed_last_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom, "MOST", 2)
    moments = ("2026-10-01T05:00:00+02:00", "2026-10-01T04:30:00+00:00", "2026-10-01T04:00:00+00:00")
    features = [feature(title=text, changed=text) for text in moments]
    assert [entry.findtext(f"{ATOM}title") for entry in entries_of(features)] == [moments[1], moments[2]]
    feed = ElementTree.fromstring(bytes_of(atom, ListAnswer(features)))
    assert str(feed.findtext(f"{ATOM}subtitle")).startswith("2 / 3 (latest changes")
    assert feed.findtext(f"{ATOM}updated") == "2026-10-01T04:30:00+00:00"


def test_an_entry_has_its_point_and_its_rights() -> None:
    one, other = entries_of([feature(), feature(SHAPES["district"])])
    assert one.findtext("{http://www.georss.org/georss}point") == "50.4542 3.9523"
    assert other.find("{http://www.georss.org/georss}point") is None
    assert one.findtext(f"{ATOM}rights") == "CC BY 4.0"
    assert one.findtext(f"{ATOM}author/{ATOM}name") == "Ville de Mons"


def test_an_empty_feed_is_as_old_as_the_data() -> None:
    feed = ElementTree.fromstring(bytes_of(atom, ListAnswer()))
    assert feed.findtext(f"{ATOM}updated") == "2026-10-01T04:00:00+00:00"


def test_an_event_is_where_and_when_it_is() -> None:
    one = feature(area_name="Mons")
    (event,) = events_of([one])
    host = settings.SITE_URL.partition("//")[2].partition(":")[0]
    assert event["UID"] == f"{one['id']}@{host}"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        datetime(2026, 11, 28, 8, tzinfo=UTC),
        datetime(2026, 11, 28, 11, tzinfo=UTC),
    )
    assert event["DTSTAMP"].dt == datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert (event["GEO"].latitude, event["GEO"].longitude) == (50.4542, 3.9523)
    assert (event["LOCATION"], event["STATUS"], event["URL"]) == (
        "1 Grand-Place", "CONFIRMED", one["properties"]["url"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "expected"),
    [("abandoned", "CANCELLED"), ("on_ballot", "TENTATIVE"), ("open", "CONFIRMED"), ("unknown", None)],
)
def test_a_status_is_said_in_the_words_of_calendars(status: str, expected: str | None) -> None:
    (event,) = events_of([feature(status=status)])
    assert event.get("STATUS") == expected


def test_only_what_begins_is_in_a_calendar() -> None:
    now = "2026-10-01T04:00:00Z"
    events = events_of([feature(starts=None), feature(starts=now, ends=now), feature(starts=now, ends=None)])
    assert [("DTEND" in event, "GEO" in event) for event in events] == [(False, True), (False, True)]


@pytest.mark.parametrize("title", TITLES)
def test_no_text_makes_a_line_of_a_calendar(title: str) -> None:
    hostile = f"{title}\r\nATTENDEE:mailto:a@b.example\rBEGIN:VALARM"
    (event,) = events_of([feature(title=hostile, address=hostile, publisher=hostile, themes=[hostile])])
    assert "ATTENDEE" not in event
    assert event.subcomponents == []


def test_lines_of_a_calendar_are_folded() -> None:
    content = bytes_of(ics, ListAnswer([feature(title="é" * 200)]))
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_things_are_told_in_a_feed_of_data_as_on_their_pages() -> None:
    content = bytes_of(jsonld, ListAnswer([feature(SHAPES["two addresses"], title="</script>"), feature(None)]))
    data = json.loads(content)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "DataFeed")
    assert data["isBasedOn"][0]["creditText"] == "Ville de Mons: Missions de Mons. CC BY 4.0"
    placed, _nowhere = data["dataFeedElement"]
    assert (placed["@type"], placed["name"], placed["startDate"]) == ("Event", "</script>", "2026-11-28T09:00:00+01:00")
    assert placed["location"]["geo"]["latitude"] in (50.4, 46.8)
    assert b"</script" not in content


def test_a_collection_says_whose_data_it_holds_and_of_when() -> None:
    data = json.loads(bytes_of(featurecollection, ListAnswer([feature()])))
    assert (data["type"], data["timeStamp"]) == ("FeatureCollection", "2026-10-01T04:00:00Z")
    assert data["attribution"][0]["licence"] == "CC BY 4.0"
