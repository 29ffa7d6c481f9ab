"""What a page shows of one question, without the page."""

from dataclasses import replace

import pytest
from django.utils import translation

from feedback.surveys.definitions import parse_item
from feedback.surveys.models import Item
from feedback.surveys.questions import Field

Kind = Item.Kind
HELP = {"zh-hans": "想到什么写什么。", "en": "Whatever comes to mind."}


def field(kind: str, **changes) -> Field:
    """A question of one kind with the ordinal 7, and nothing typed into it."""
    item = {
        "ordinal": 7,
        "kind": kind,
        "text": {"zh-hans": "怎么样？", "en": "How is it?"},
        "help": {},
        "required": False,
        "top": 5,
        "key": "",
        "low": {},
        "high": {},
        "options": [{"code": 1, "text": {"en": "Yes"}}, {"code": 2, "text": {"en": "No"}}],
    }
    return Field(parse_item(item | changes), 1)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SINGLE, (False, False, False)),
        (Kind.MULTIPLE, (False, False, True)),
        (Kind.SCALE, (False, True, False)),
        (Kind.NPS, (False, True, False)),
        (Kind.TEXT, (True, False, False)),
    ],
)
def test_each_kind_is_shown_in_its_own_way(kind, said):
    one = field(kind)
    assert (one.is_written, one.is_numbered, one.takes_several) == said


@pytest.mark.parametrize(
    ("kind", "top", "many"),
    [
        (Kind.SCALE, 7, False),
        (Kind.SCALE, 8, True),
        (Kind.NPS, 5, True),
    ],
)
def test_more_than_seven_numbers_stand_in_a_grid(kind, top, many):
    assert field(kind, top=top).has_many_numbers is many


def test_many_options_in_words_are_no_grid_of_numbers():
    options = [{"code": code, "text": {"en": f"Option {code}"}} for code in range(1, 12)]
    assert not field(Kind.SINGLE, options=options).has_many_numbers


def test_field_is_described_by_its_error_before_its_help():
    plain, helped = field(Kind.TEXT), field(Kind.TEXT, help=HELP)
    assert (plain.described_by, helped.described_by) == ("", "h7")
    assert replace(helped, error="Please answer.").described_by == "e7"


def test_ends_of_a_scale_say_what_the_library_wrote():
    with translation.override("en"):
        assert field(Kind.SCALE).ends is None
        assert field(Kind.SCALE, high={"en": "gladly"}).ends == ("", "gladly")
        assert field(Kind.NPS, low={"en": "never"}).ends == ("never", "")


@pytest.mark.parametrize(
    ("language", "ends"),
    [("en", ("not at all likely", "very likely")), ("zh-hans", ("完全不可能", "非常可能"))],
)
def test_recommendation_has_ends_of_its_own(language, ends):
    with translation.override(language):
        assert field(Kind.NPS).ends == ends
