"""Clusters in the database: found, kept right by what changed, undone and kept undone by people."""

from itertools import count

import pytest
from django.contrib.gis.geos import Point

from portal import same
from portal.models import Activity, Cluster, Decision, Likeness, Membership
from portal.same import service
from portal.same.traces import pending
from portal.vocabularies import Precision
from tests.factories import make_activity, make_area

pytestmark = pytest.mark.django_db

TITLE = "Atelier vélo des Voisins"
THERE = Point(3.9530, 50.4545, srid=4326)


_pages = count()


def tell(**fields: object) -> Activity:
    """A record with a page of its own."""
    return make_activity(source_url=f"https://portal.example/fiche/{next(_pages)}", **fields)


def told_twice() -> tuple[Activity, Activity]:
    return (
        tell(title=TITLE, description="Chaque samedi."),
        tell(title=TITLE.upper(), geometry=THERE, precision=Precision.PLACE),
    )


def groups() -> list[list[str]]:
    """The titles of each cluster, the one that is shown first."""
    found: dict[int, list[str]] = {}
    for membership in Membership.objects.select_related("activity").order_by("cluster", "place"):
        found.setdefault(membership.cluster_id, []).append(membership.activity.title)
    return list(found.values())


def change(activity: Activity, **fields: object) -> None:
    """As a run does: other values, another hash."""
    Activity.objects.filter(pk=activity.pk).update(content_hash=str(fields), **fields)


def test_one_thing_of_two_sources_is_one_cluster_the_richer_record_first() -> None:
    told_twice()
    tell(title="Repas des Voisins")
    assert same.update() == 3
    assert groups() == [[TITLE, TITLE.upper()]]


def test_more_pairs_than_are_scored_in_one_go_are_all_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAIRS", 1)
    told_twice()
    tell(title=f"{TITLE}.")
    same.update()
    assert Likeness.objects.count() == 3
    assert [len(titles) for titles in groups()] == [3]


def test_a_likeness_says_why() -> None:
    told_twice()
    same.update()
    [likeness] = Likeness.objects.all()
    assert [words for _what, words, _points in likeness.reasons] == ["titles are 100 % alike", "60 m apart"]
    assert likeness.points == round(sum(points for _what, _words, points in likeness.reasons), 2)


def test_records_are_never_changed() -> None:
    told_twice()
    before = list(Activity.objects.values())
    same.update()
    assert list(Activity.objects.values()) == before


def test_records_of_one_source_are_two_things() -> None:
    first = tell(title=TITLE)
    tell(title=TITLE, source=first.source)
    same.update()
    assert groups() == []


def test_only_what_changed_is_compared() -> None:
    first, _second = told_twice()
    same.update()
    assert list(pending()) == []
    change(first, title="Repas des Voisins")
    assert same.update(first.source) == 1
    assert (groups(), Cluster.objects.count(), Likeness.objects.count()) == ([], 0, 0)


def test_a_third_that_comes_later_joins_the_same_cluster() -> None:
    told_twice()
    same.update()
    [cluster] = Cluster.objects.all()
    third = tell(title=TITLE, geometry=THERE, precision=Precision.STREET)
    same.update(third.source)
    assert list(Membership.objects.values_list("cluster", flat=True)) == [cluster.pk] * 3


def test_a_withdrawn_record_is_in_no_cluster() -> None:
    first, _second = told_twice()
    same.update()
    Activity.objects.filter(pk=first.pk).update(withdrawn=first.changed)
    assert (same.update(), groups()) == (1, [])


def test_not_the_same_stays_over_runs_until_it_is_taken_back() -> None:
    first, second = told_twice()
    same.update()
    same.decide(first, second, same=False, by="Anne")
    assert groups() == []
    change(second, description="Autre.")
    same.update()
    same.rebuild()
    assert groups() == []
    assert same.withdraw_decision(second, first)
    assert len(groups()) == 1


def test_a_person_joins_what_no_score_would() -> None:
    first, second = tell(title="Chorale"), tell(title="Le chœur de Mons")
    same.decide(second, first, same=True)
    same.rebuild()
    assert len(groups()) == 1
    assert Decision.objects.get().same


def test_a_record_without_a_pin_meets_one_inside_its_commune() -> None:
    mons = make_area(name="Mons")
    tell(title=TITLE)
    tell(title=TITLE, precision=Precision.COMMUNE, area=mons, organisation="Les Voisins")
    elsewhere = make_area(name="Namur", centre=Point(4.86, 50.46, srid=4326))
    tell(title=TITLE, precision=Precision.COMMUNE, area=elsewhere)
    same.update()
    assert (len(groups()), Membership.objects.filter(activity__area=mons).count()) == (1, 1)


def test_one_by_one_gives_the_same_as_all_at_once() -> None:
    for number in range(6):
        tell(title=f"{TITLE} {'' if number % 2 else '2'}", geometry=Point(3.95 + number / 2000, 50.45, srid=4326))
        same.update()
    grown = {frozenset(group) for group in groups()}
    Cluster.objects.all().delete()
    same.rebuild()
    assert {frozenset(group) for group in groups()} == grown
