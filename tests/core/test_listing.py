"""What stands in the address of a list, and what comes of it."""

import re

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import format_html
from django_cotton import render_component
from django_filters import ChoiceFilter, FilterSet

from core.listing import (
    CheckFilter,
    Column,
    DateColumn,
    FigureColumn,
    List,
    Table,
    WordsFilter,
    only_if_checked,
    whole_number,
)
from core.listing.tables import value_at
from crm.staff.models import User
from tests.bare import bare
from tests.factories import UserFactory


class PeopleFilter(FilterSet):
    q = WordsFilter(label="Search", max_length=20, lookups=("username", "display_name__icontains"))
    role = ChoiceFilter(label="Role", choices=User.Role.choices, empty_label="All")
    away = CheckFilter(label="Away", method="only_away")

    def only_away(self, users, _name, checked):
        return only_if_checked(users, checked, lambda found: found.filter(is_active=False))


class PeopleTable(Table):
    row_head = "username"

    username = Column("User name", orderable=True)
    display_name = Column("Name", orderable=True)
    length = FigureColumn("Letters", accessor="pk", orderable=True, order_by="display_name")
    joined = DateColumn("Joined", accessor="date_joined", format="Y")
    email = Column("E-mail", exclude_from_export=True)

    def render_display_name(self, value):
        return format_html("<b>{}</b>", value)

    def value_length(self, record):
        return len(record.display_name)


class People(List):
    filters = PeopleFilter
    table_class = PeopleTable
    order = ("-username",)
    size = 2
    sizes = (2, 3)
    usual = ("username", "display_name")
    label = "Everybody"


@pytest.fixture
def people(db):
    for name in "abc":
        UserFactory(username=name, display_name="same" if name < "c" else "<i>", email="")


def listed(query: str = "") -> People:
    request = RequestFactory().get(f"/?{query}")
    return People(request, User.objects.all())


def names(query: str) -> list[str]:
    return [row.record.username for row in listed(query).rows]


def test_cell_without_a_value_shows_a_dash(people):
    """But for a figure, whose column says itself what is printed where there is nothing."""
    (row, *_others) = listed("cols=email&cols=length").rows
    cells = {head.name: cell for head, cell in row.cells}
    assert row.record.email == ""
    assert cells["email"] == "–"
    assert cells["length"] != "–"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("0", None),
        ("8", None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
        ("1.0", None),
        ("\0", None),
        ("", None),
        (None, None),
        ("9" * 10_000, None),
    ],
)
def test_whole_number_is_plain_digits_between_two_bounds(text, number):
    assert whole_number(text, None, least=1, most=7) == number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["c", "b"]),
        ("size=3", ["c", "b", "a"]),
        ("size=1000000", ["c", "b"]),
        ("page=2", ["a"]),
        ("page=99", ["a"]),
        ("page=x", ["c", "b"]),
        ("sort=username", ["a", "b"]),
        ("sort=display_name", ["c", "b"]),
        ("sort=-display_name", ["b", "a"]),
        ("sort=length", ["c", "b"]),
        ("sort=password", ["c", "b"]),
        ("sort=joined", ["c", "b"]),
        ("sort=username,display_name", ["c", "b"]),
        ("sort=--username", ["c", "b"]),
        ("q=SAM", ["b", "a"]),
        ("q=%20", ["c", "b"]),
        ("q=%00", ["c", "b"]),
        ("role=wizard&q=c", ["c"]),
        ("away=on", []),
    ],
)
def test_list_is_what_the_address_says(people, query, expected):
    assert names(query) == expected


def test_an_invalid_filter_leaves_the_valid_ones_alone(people):
    UserFactory(username="d", role="manager")
    listing = listed(f"q={'x' * 30}&role=manager")
    assert "q" in listing.form.errors
    assert [user.username for user in listing.found] == ["d"]


def test_columns_are_those_asked_for_in_their_order(people):
    assert [head.name for head in listed("cols=joined&cols=username&cols=joined&cols=x").heads] == [
        "joined",
        "username",
    ]
    assert [head.name for head in listed("cols=x").heads] == ["username", "display_name"]
    shown = [name for name, _label, on in listed("cols=email").column_choices if on]
    assert shown == ["email"]


def test_a_column_that_is_not_shown_may_sort(people):
    assert names("cols=email&sort=username") == ["a", "b"]


def test_head_says_how_it_sorts_and_what_a_click_does(people):
    heads = {head.name: head for head in listed("sort=-username&cols=username&cols=email").heads}
    assert (heads["username"].direction, heads["username"].sort) == ("descending", "username")
    assert (heads["email"].direction, heads["email"].sort) == ("", "")


def head_of(query: str) -> str:
    (head,) = listed(f"{query}&cols=username").heads
    request = RequestFactory().get(f"/?{query}")
    html = render_component(request, "list-head", head=head)
    return re.sub(r"\s*([<>])\s*", r"\1", " ".join(html.split()))


def test_sort_link_turns_round_and_starts_at_page_one(people):
    fresh = head_of("page=3&q=a")
    assert fresh == '<th scope="col"><a href="?q=a&amp;sort=username">User name</a></th>'
    again = head_of("sort=username")
    assert again == (
        '<th scope="col" aria-sort="ascending"><a href="?sort=-username">User name</a></th>'
    )


def test_export_has_all_rows_and_bare_values_of_exportable_columns(people):
    rows = list(listed("cols=username&cols=display_name&cols=length&cols=email").export_rows())
    assert rows == [
        ["User name", "Name", "Letters"],
        ["c", "<i>", 3],
        ["b", "same", 4],
        ["a", "same", 4],
    ]


def test_table_marks_order_heads_figures_and_escapes(people):
    request = RequestFactory().get("/?sort=username&size=3&q=%22&cols=username")
    with translation.override("en"):
        html = render_component(
            request,
            "list",
            listing=listed("sort=username&size=3&cols=username&cols=display_name&cols=length"),
        )
    html = bare(" ".join(html.split()))
    assert 'tabindex="0" role="region" aria-label="Everybody"' in html
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-username&amp;size=3&amp;q=%22&amp;cols=username"' in html
    assert '<th scope="row">a</th>' in html
    assert "<b>&lt;i&gt;</b></td>" in html
    assert re.search(r' class="n"\s*>', html)
    assert "3 rows · 1–3" in html
    assert "style=" not in html


def test_form_keeps_the_order_and_the_choices(people):
    with translation.override("en"):
        html = render_component(
            RequestFactory().get("/"),
            "filters",
            listing=listed("sort=-username&size=3&role=reader"),
        )
    assert '<input type="hidden" name="sort" value="-username">' in html
    assert '<option value="3" selected>3</option>' in html
    assert '<option value="reader" selected>' in html
    assert html.count(' name="cols" ') == 5


def test_list_without_a_table_has_filter_order_and_pages(people):
    class Plain(List):
        filters = PeopleFilter
        order = ("username",)
        size = 2

    listing = Plain(RequestFactory().get("/?page=2&sort=-username"), User.objects.all())
    assert [user.username for user in listing.page] == ["c"]
    assert (listing.sort, type(listing.page.paginator)) == ("", Paginator)


class Faulty:
    @property
    def misspelt(self):
        return self.is_not_there


def test_a_cell_is_empty_where_nothing_is_there(people):
    assert value_at(None, "username") is None
    assert value_at({"n": 1}, "size") is None
    assert value_at(User.objects.first(), "no_such_field") is None
    # The other end of a one-to-one key that no row has.
    assert value_at(User.objects.first(), "reader") is None


def test_a_fault_inside_a_property_is_no_empty_cell():
    with pytest.raises(AttributeError, match="is_not_there"):
        value_at(Faulty(), "misspelt")
