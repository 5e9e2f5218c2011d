"""Answers in pages that repeat, skip, shrink, count wrongly or never end."""

from dataclasses import replace
from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, PAGED, Mode, Page, Place, failed, partial
from tests.harvesters.rude import Behaviour, says

LINKED = ("ogcapi",)
COUNTED = ("records", "ckan", "ogcapi")
SHORT = partial("incomplete", "count-differs", "repeated-page", "repeated-records", "truncated", "no-progress", "short")


def first_again(page: Page, _: Place) -> Page:
    """The portal forgets where it was asked to begin."""
    return replace(
        page,
        items=FIRST.setdefault(str(page.limit) + repr(page.total), page.items)
        if page.offset == 0
        else FIRST[str(page.limit) + repr(page.total)],
    )


FIRST: dict[str, list[Any]] = {}


def total(value: Any) -> Any:
    return lambda page, _: replace(page, total=value)


def a_page_missing(page: Page, _: Place) -> Page:
    return replace(page, items=[]) if page.offset else page


def one_more(page: Page, _: Place) -> Page:
    return replace(page, total=page.total + 1)


def one_fewer(page: Page, _: Place) -> Page:
    return replace(page, total=page.total - 1)


def slides(page: Page, _: Place) -> Page:
    """A record was put in before: each later page begins with what ended the one before."""
    return (
        replace(page, items=[*LAST.pop("last", []), *page.items][: max(len(page.items), 1)])
        if page.offset
        else keep(page)
    )


LAST: dict[str, list[Any]] = {}


def keep(page: Page) -> Page:
    LAST["last"] = page.items[-1:]
    return page


def shrinks(page: Page, _: Place) -> Page:
    """What was counted at first is not there any more."""
    return page if page.offset == 0 else replace(page, items=page.items[:1], total=page.offset + 1, next=None)


def to_itself(page: Page, place: Place) -> Page:
    return replace(page, next=f"{place.url}{place.path}?offset={page.offset}&limit={page.limit}")


def never_ends(page: Page, place: Place) -> Page:
    return replace(page, next=f"{place.url}{place.path}?offset=0&limit={page.limit}&again={place.count}")


def unlinked(page: Page, _: Place) -> Page:
    return replace(page, next=None)


def relative(page: Page, place: Place) -> Page:
    return replace(page, next=page.next.removeprefix(place.url) if page.next else None)


def items(value: Any) -> Any:
    return lambda page, _: replace(page, items=value)


def later(behaviour: Behaviour) -> Any:
    """The first page comes, the others come so."""
    return lambda body, place: says(body) if begins(place) else behaviour


def begins(place: Place) -> bool:
    return all(place.parameters.get(name, "0") == "0" for name in ("offset", "start"))


def half_later(body: bytes, place: Place) -> Behaviour:
    return says(body if begins(place) else body[: len(body) // 2])


MODES = [
    Mode("the first page again and again", [*SHORT, *failed("repeated-page")], PAGED, page=first_again),
    Mode("more promised than comes", SHORT, COUNTED, page=one_more),
    Mode("fewer promised than come", [*SHORT, *COMPLETE], COUNTED, page=one_fewer),
    Mode("a count below nothing", [*SHORT, *COMPLETE, *failed("portal-error")], COUNTED, page=total(-5)),
    Mode("a count in words", [*SHORT, *COMPLETE, *failed("portal-error")], COUNTED, page=total("beaucoup")),
    Mode("a count beyond measure", [*SHORT, *COMPLETE, *failed("portal-error")], COUNTED, page=total(10**30)),
    Mode(
        "nothing counted",
        [*COMPLETE, *failed("portal-error", "no-records", "no-dataset"), *SHORT],
        COUNTED,
        page=total(0),
    ),
    Mode("an empty page behind the first", SHORT, COUNTED, page=a_page_missing),
    Mode("pages that slide", SHORT, COUNTED, page=slides),
    Mode("a list that shrinks on the way", [*SHORT, *COMPLETE], COUNTED, page=shrinks),
    Mode("a next page that is this page", [*SHORT, *failed("repeated-page")], LINKED, page=to_itself),
    Mode("next pages without an end", [*SHORT, *failed("repeated-page")], LINKED, page=never_ends),
    Mode("no word of a next page", [*SHORT, *COMPLETE], LINKED, page=unlinked),
    Mode("a next page by half an address", COMPLETE, LINKED, page=relative),
    Mode("a page that is null", [*failed("portal-error", "no-dataset", "not-json"), *SHORT], PAGED, page=items(None)),
    Mode(
        "a page that is an object",
        [*failed("portal-error", "no-dataset", "not-json"), *SHORT],
        PAGED,
        page=items({"a": 1}),
    ),
    Mode(
        "a failure behind the first page",
        partial("http-status", "portal-error", "incomplete"),
        PAGED,
        wire=later(says(b"", status="500 Internal Server Error")),
        everywhere=True,
    ),
    Mode(
        "a web page behind the first page",
        partial("html-instead", "not-json", "portal-error", "incomplete"),
        PAGED,
        wire=later(says(b"<html><title>Oups</title></html>", "Content-Type: text/html")),
        everywhere=True,
    ),
    Mode(
        "half a page behind the first",
        [*partial("not-json", "portal-error"), *SHORT],
        PAGED,
        wire=half_later,
        everywhere=True,
    ),
]
