"""Terms with their weeks, closed days, followers: with days, and never a 0 that nobody told."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from core.refusals import Refused
from crm.readers.models import Reader
from crm.registers.actions import count_followers, write_row
from crm.registers.calendar import TeachingWeeks, teaching_week
from crm.registers.models import FollowedAccount, FollowerCount, SpecialDays, TeachingTerm
from crm.registers.words import period_in_words
from crm.sources.coverage import covered, shut_between
from crm.sources.days import is_shut
from crm.sources.models import DataSource
from crm.sources.recording import record_days
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="administrator"))
    return client


def paste(desk, key: str, lines: str, **fields):
    address = reverse("crm:register-paste", args=[key])
    return desk.post(address, {"lines": lines, **fields}, follow=True)


def test_a_day_has_its_teaching_week_and_a_day_between_terms_has_none(desk):
    paste(desk, "terms", "名称\t第一天\t最后一天\n2026 秋季学期\t2026-09-02\t2027年1月17日\n")
    term = TeachingTerm.objects.get()
    assert (term.code, str(term), term.weeks) == ("2026-09", "2026 秋季学期", 20)

    weeks = [(date(2026, 9, 2), 1), (date(2026, 9, 6), 1), (date(2026, 9, 7), 2)]
    for day, number in weeks:
        assert teaching_week(day).number == number
    assert teaching_week(date(2026, 9, 1)) is None
    assert teaching_week(date(2027, 1, 18)) is None

    # Pasted again nothing changes; a term that overlaps another is refused, and the others with it.
    again = paste(desk, "terms", "2026 秋季学期,2026-09-02,2027-01-17")
    assert "0 行" in again.content.decode()
    wrong = paste(desk, "terms", "春,2027-02-20,2027-06-30\n错,2027-01-10,2027-02-01")
    assert wrong.status_code == 400
    assert TeachingTerm.objects.count() == 1
    unread = paste(desk, "terms", "春,2027-02-20,2027-06-30\n夏,2027-07-01,2027-02-30")
    assert "第 2 行" in unread.content.decode()


def test_a_closed_day_of_one_campus_is_open_at_the_others(desk):
    gulou, pukou = CampusFactory(code="gulou", name_zh="鼓楼"), CampusFactory(code="pukou")
    lines = "2027-02-05，2027-02-08，春节\n2026-10-01,2026-10-03,国庆,,开放"
    lines += "\n2026-11-02,2026-11-02,停电,鼓楼"
    paste(desk, "days", lines)
    by = UserFactory(role="administrator")
    write_row(
        row=SpecialDays(),
        by=by,
        campus=pukou,
        kind="closed",
        name="周日闭馆",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 12, 31),
        weekday=6,
    )

    def shut(campus, day):
        shut_then = shut_between(date(2026, 9, 1), date(2027, 2, 28))
        return is_shut(day, shut_then, campus and campus.pk)

    assert shut(gulou, date(2026, 11, 2))
    assert not shut(pukou, date(2026, 11, 2))
    assert (shut(pukou, date(2026, 11, 1)), shut(gulou, date(2026, 11, 1))) == (True, False)
    assert shut(None, date(2027, 2, 6))
    # On a holiday on which it is open files are missing as on any day.
    assert not shut(None, date(2026, 10, 1))
    assert "没有校区“浦东”" in paste(desk, "days", "2027-05-01,2027-05-01,x,浦东").content.decode()


def test_i2_followers_are_counted_and_are_nobody(desk):
    """A count a day and account; what was not told is not 0, and nobody becomes a reader."""
    account = FollowedAccount.objects.create(code="wechat", name_zh="图书馆公众号")
    lines = "日期\t总数\t新增\t取消\n2026-11-01\t51,204\t12\t\n2026-11-02\t\t0\t3"
    paste(desk, "followers", lines, account=account.pk)

    rows = FollowerCount.objects.order_by("day").values_list("followers", "came", "went")
    assert list(rows) == [(51204, 12, None), (None, 0, 3)]
    page = desk.get(reverse("crm:register-list", args=["followers"])).content.decode()
    assert ("51,204" in page, "未测" in page) == (True, True)
    assert Reader.objects.count() == 0
    leads_to = {field.related_model for field in FollowerCount._meta.fields if field.is_relation}
    assert Reader not in leads_to

    by = UserFactory(role="librarian")
    count_followers(account=account, day=date(2026, 11, 2), followers=51213, by=by)
    assert FollowerCount.objects.count() == 2
    with pytest.raises(Refused):
        count_followers(account=account, day=date(2026, 11, 3), by=by)


def test_what_stands_in_the_register_is_no_gap(desk):
    gate = DataSource.objects.create(code="gate", name="Gate", kinds=["visit"])
    for first, last in ((1, 4), (9, 28)):
        record_days(gate, [None], date(2027, 2, first), date(2027, 2, last))
    february = (date(2027, 2, 1), date(2027, 2, 28))
    assert covered("visit", *february).missing_days == 4
    paste(desk, "days", "2027-02-05，2027-02-08，春节")
    assert covered("visit", *february).is_whole


def test_staff_of_one_campus_keep_the_days_of_theirs_and_no_others(client):
    own, other = CampusFactory(code="own", name_zh="东馆"), CampusFactory(name_zh="西馆")
    client.force_login(UserFactory(role="librarian", campus=own))
    day = {"kind": "closed", "starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 1)}
    whole = SpecialDays.objects.create(name="国庆", **day)
    theirs = SpecialDays.objects.create(name="停电", campus=other, **day)
    address = reverse("crm:register-list", args=["days"])
    html = client.get(address).content.decode()
    assert "国庆" in html
    assert "/desk/registers/days/" + f"{whole.pk}/" not in html
    sent = day | {"name": "装修", "weekday": ""}
    for campus, status in (("", 400), (other.pk, 400), (own.pk, 302)):
        assert client.post(address, sent | {"campus": campus}).status_code == status
    assert SpecialDays.objects.get(name="装修").campus == own
    for row in (whole, theirs):
        edit = reverse("crm:register-edit", args=["days", row.pk])
        assert client.get(edit).status_code == 404
        client.post(reverse("crm:register-remove", args=["days", row.pk]))
    lines = "2026-11-02,2026-11-02,停水\n2026-11-03,2026-11-03,停水,西馆"
    wrong = client.post(reverse("crm:register-paste", args=["days"]), {"lines": lines})
    assert wrong.status_code == 400
    assert SpecialDays.objects.count() == 3
    # The other registers are not theirs at all.
    assert client.get(reverse("crm:register-list", args=["terms"])).status_code == 403
    assert "colleges" not in html


def test_a_month_has_the_teaching_weeks_that_lie_in_it(desk):
    TeachingTerm.objects.create(
        code="2026-1", name_zh="春", starts_on=date(2026, 2, 25), ends_on=date(2026, 7, 5)
    )
    TeachingTerm.objects.create(
        code="2026-2", name_zh="秋", starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 15)
    )
    weeks = TeachingWeeks(date(2026, 1, 1), date(2026, 12, 31))
    assert weeks.between(date(2026, 2, 1), date(2026, 2, 28)) == (1, 4)
    assert weeks.between(date(2026, 3, 1), date(2026, 3, 31)) == (4, 4)
    assert weeks.between(date(2026, 8, 1), date(2026, 8, 31)) == (0, 4)
    # Nobody has said what was before the first term that is recorded.
    assert weeks.between(date(2025, 3, 1), date(2025, 3, 31)) is None
    assert weeks.between(date(2026, 10, 1), date(2026, 10, 31)) == (5, 5)
    paste(desk, "days", "2026-10-01,2026-10-09,国庆,,开放")
    weeks = TeachingWeeks(date(2026, 10, 1), date(2026, 10, 31))
    # The holiday's first days are in the week of September's last.
    assert weeks.between(date(2026, 10, 1), date(2026, 10, 31)) == (4, 5)


def test_days_that_begin_and_end_on_one_day_are_that_day():
    """In 0.1 New Year's Day was "1 Jan 2026 – 1 Jan 2026"."""
    day = date(2026, 1, 1)
    with override("en"):
        assert period_in_words(day, day) == "1 Jan 2026"
        assert period_in_words(day, date(2026, 1, 2)) == "1 Jan 2026 – 2 Jan 2026"
