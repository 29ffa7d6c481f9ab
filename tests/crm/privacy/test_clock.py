"""The page of the retention clock."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.clock import nightly
from crm.clock.models import ChosenTerm, Night
from crm.privacy.actions import erase, set_analytics
from crm.privacy.own import own_data
from crm.readers.models import FoldedMonth
from tests import clock, factories

pytestmark = pytest.mark.django_db
TERMS = {term.code: term for term in nightly.registered()}
PAGE = reverse("crm:privacy-clock")


def rows_of(client) -> dict:
    return {row.term.code: row for row in client.get(PAGE).context["rows"]}


def officer(client, **fields):
    client.force_login(factories.UserFactory(role="manager", **fields))
    return client


def test_page_previews_the_night_and_then_says_what_it_removed(client):
    clock.fill()
    officer(client)
    before = rows_of(client)
    assert str(before["activities"].due) == "1"
    assert before["activities"].last is None

    nightly.run_night(night=timezone.localdate())

    after = rows_of(client)
    assert (str(after["activities"].due), str(after["activities"].removed)) == ("0", "1")


def test_who_may_not_open_every_reader_is_told_in_tens(client):
    """Promise 5 reaches here too: a preview of one row would say that one reader was there once."""
    clock.fill()
    officer(client, campus=factories.CampusFactory())
    row = rows_of(client)["activities"]
    assert row.due.is_withheld
    assert "1" not in str(row.due)


def test_term_is_chosen_within_its_bounds(client):
    officer(client)
    address = reverse("crm:privacy-clock-term", args=["audit"])
    assert client.post(address, {"days": 90}).status_code == 400
    assert not ChosenTerm.objects.exists()
    assert client.post(address, {"days": 200, "seen": 200}).status_code == 302
    assert rows_of(client)["audit"].days == 200


def test_days_are_chosen_only_after_what_they_would_take_was_shown(client):
    clock.fill()
    officer(client)
    address = reverse("crm:privacy-clock-term", args=["activities"])
    days = TERMS["activities"].least

    shown = client.post(address, {"days": days})
    assert (shown.status_code, str(shown.context["due"])) == (200, "1")
    assert f'name="seen" value="{days}"' in shown.content.decode()
    # Other days than those shown are shown first, too.
    assert client.post(address, {"days": days + 1, "seen": days}).status_code == 200
    assert not ChosenTerm.objects.exists()

    assert client.post(address, {"days": days, "seen": days}).status_code == 302
    assert ChosenTerm.objects.get().days == days


def test_notice_says_since_when_its_table_stands_and_that_it_is_in_no_version(client):
    ChosenTerm.objects.create(code="activities", days=400)
    page = client.get(reverse("crm:privacy"), headers={"accept-language": "en"}).content.decode()
    assert "As of " in page
    assert "no part of a version" in page
    assert "It last chose one on" in page


def test_register_says_how_long_each_kind_is_kept(client):
    officer(client)
    page = client.get(reverse("crm:privacy-register")).content.decode()
    for term in nightly.registered():
        assert str(term.title) in page


def test_reader_sees_months_and_erasing_removes_them(client):
    """Fault 44. What was folded is shown to the person as well, and goes with them."""
    clock.fill()
    nightly.run_night(night=timezone.localdate())
    month = FoldedMonth.objects.select_related("reader").get()
    reader = month.reader
    reader.user = factories.UserFactory()
    reader.save()
    client.force_login(reader.user)

    (said,) = own_data(reader)["foldedmonth"]
    assert (said["kind"], said["n"], said["month"]) == ("visit", 1, month.month)
    (counted,) = client.get(reverse("crm:me")).context["activities"]
    assert counted.n == 1

    erase(reader=reader, reason="asked-desk", by=None)
    assert not FoldedMonth.objects.exists()


def test_who_switches_analytics_off_takes_their_months_along(client):
    clock.fill()
    nightly.run_night(night=timezone.localdate())
    set_analytics(reader=FoldedMonth.objects.get().reader, allowed=False, by=None)
    assert not FoldedMonth.objects.exists()


def test_night_that_goes_on_is_not_told_as_the_last_one(client):
    Night.objects.create(code="looks", night=timezone.localdate(), before=timezone.now())
    assert rows_of(officer(client))["looks"].last is None
