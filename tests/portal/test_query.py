import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from geo.parse import Near
from portal.query import BadParameter, Query
from portal.when import BadWhen, When
from tests.factories import make_source

pytestmark = pytest.mark.django_db


def strict(text: str) -> Query:
    return Query.strict(QueryDict(text))


def test_the_whole_language_is_read() -> None:
    make_source(slug="mons")
    query = strict(
        "near=50.45,3.95&radius=5000&kind=mission,project&theme=sport&theme=food&source=mons&when=today&q=vélo"
    )
    assert query.near == Near(50.45, 3.95)
    assert query.radius_m == 5000
    assert query.kinds == ("project", "mission")
    assert query.themes == ("food", "sport")
    assert query.sources == ("mons",)
    assert query.when == When("today")
    assert query.q == "vélo"


def test_comma_and_repetition_mean_the_same() -> None:
    assert strict("kind=mission&kind=project") == strict("kind=project,mission")


def test_the_canonical_string_reads_back() -> None:
    query = strict("q=a&kind=mission&near=50.45,3.95&radius=5000&bbox=170,-20,-170,20")
    assert Query.strict(QueryDict(query.string())) == query


def test_a_changed_string_forgets_the_radius_with_its_place() -> None:
    query = strict("near=50.45,3.95&radius=5000&kind=mission")
    assert query.string(radius=10_000) == "near=50.45,3.95&radius=10000&kind=mission"
    assert query.string(near=None) == "kind=mission"


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("near=nan,3", "near"),
        ("near=91,0", "near"),
        ("near=1_0,3", "near"),
        ("near=50.45", "near"),
        ("near=50.45,3.95&near=1,1", "near"),
        ("radius=5000", "radius"),
        ("near=50,4&radius=0", "radius"),
        ("near=50,4&radius=-1", "radius"),
        ("near=50,4&radius=inf", "radius"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=0,50,1,40", "bbox"),
        ("kind=event", "kind"),
        ("kind=", "kind"),
        ("theme=sports", "theme"),
        ("status=done", "status"),
        ("source=nobody", "source"),
        ("when=tomorrow", "when"),
        ("when=2026-02-30", "when"),
        ("when=2026-12-05/2026-11-28", "when"),
        ("when=../..", "when"),
        ("q=%00", "q"),
        ("q=" + "a" * 201, "q"),
        ("lieu=mons", "lieu"),
        ("NEAR=50,4", "NEAR"),
    ],
)
def test_what_is_not_understood_is_named(text: str, parameter: str) -> None:
    with pytest.raises(BadParameter) as raised:
        strict(text)
    assert raised.value.parameter == parameter
    assert raised.value.detail


@pytest.mark.parametrize("text", ["a%0D%0Ab", "%00", "%E2%80%AEa", "a%E2%80%A8b", "a%C2%85b"])
def test_what_is_repeated_of_a_bad_value_is_one_line(text: str) -> None:
    with pytest.raises(BadParameter) as problem:
        Query.strict(QueryDict(f"kind={text}"))
    assert "\ufffd" in problem.value.detail
    assert len(problem.value.detail.splitlines()) == 1


def test_pages_drop_and_tell_what_they_do_not_understand() -> None:
    query, problems = Query.lenient(QueryDict("near=nan,3&radius=5000&kind=mission&utm_source=x"))
    assert query == Query(kinds=("mission",))
    assert len(problems) == 1
    assert "near" in problems[0]


@pytest.mark.parametrize("text", ["all", ""])
def test_all_days_is_no_condition(text: str) -> None:
    assert not When.parse(text) if text else not When()


@given(st.text())
def test_days_are_understood_or_refused_in_words(text: str) -> None:
    try:
        When.parse(text)
    except BadWhen as error:
        assert str(error)


@given(st.text(), st.sampled_from(["near", "radius", "bbox", "kind", "when", "q", "status", "theme"]))
def test_any_text_is_read_or_refused_in_words(text: str, parameter: str) -> None:
    data = QueryDict(mutable=True)
    data[parameter] = text
    try:
        Query.strict(data)
    except BadParameter as error:
        assert error.detail
