"""Small counts of persons do not follow from what stands beside them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from crm.tallies.collecting import Collected, Sum, Thing
from crm.tallies.loading import sums_of
from crm.tallies.models import Tally
from crm.tallies.small import hidden_in
from crm.tallies.words import sums_in_words
from tests.crm.tallies.building import imported

DAY = date(2026, 3, 2)


def rows(*told) -> list[Tally]:
    """(number, audience, campus, first, last) each; what is left out is everybody, everywhere, on
    one day.
    """
    found = []
    for pk, (value, audience, campus, first, last) in enumerate(told, start=1):
        one = Tally(pk=pk, source_id=1, measure="visits", value=value, audience=audience)
        one.campus_id, one.first, one.last = campus, first, last
        found.append(one)
    return found


def audiences(**numbers):
    return rows(*((n, who.strip("_"), 1, DAY, DAY) for who, n in numbers.items()))


def hidden(tallies) -> list[int]:
    """The numbers that are hidden, in order."""
    keys = hidden_in(tallies)
    return sorted(one.value for one in tallies if one.pk in keys)


def test_an_audience_that_would_follow_from_everybody_is_hidden_with_another():
    assert hidden(audiences(_=20, students=17, staff=3)) == [3, 17]
    assert hidden(audiences(_=60, students=17, staff=3, guests=40)) == [3, 17]
    # Two small ones cover each other, once they are wide enough.
    assert hidden(audiences(_=47, a=4, b=3, c=40)) == [3, 4]
    assert hidden(audiences(_=44, a=2, b=2, c=40)) == [2, 2, 40]
    # The rest, which no row tells, follows as well.
    assert hidden(audiences(_=20, students=17)) == [17]
    # Nothing follows without the sum, and a zero names nobody.
    assert hidden(audiences(students=17, staff=3)) == [3]
    assert hidden(audiences(_=17, students=17, staff=0)) == []


def test_days_do_not_follow_from_their_month_nor_a_campus_from_the_library():
    days = [(n, "", 1, DAY.replace(day=day), DAY.replace(day=day)) for day, n in ((2, 3), (3, 50))]
    month = (53, "", 1, DAY.replace(day=1), DAY.replace(day=31))
    assert hidden(rows(*days, month)) == [3, 50]
    assert hidden(rows(*days)) == [3]
    places = [(n, "", campus, DAY, DAY) for campus, n in ((1, 3), (2, 30), (3, 50), (None, 83))]
    assert hidden(rows(*places)) == [3, 30]
    # What covers in one line may open another: the 17 also stands beside its month.
    mixed = [(20, "", 1, DAY, DAY), (17, "a", 1, DAY, DAY), (3, "b", 1, DAY, DAY)]
    other = DAY.replace(day=9)
    mixed += [(40, "a", 1, other, other), (57, "a", 1, DAY.replace(day=1), DAY.replace(day=31))]
    assert hidden(rows(*mixed)) == [3, 17, 40]


def test_the_sum_of_a_file_is_not_shown_where_a_small_row_follows_from_it():
    def summed(*numbers):
        found = Collected()
        for day, number in enumerate(numbers, start=1):
            at = DAY.replace(day=day)
            found.sums[Thing(None, at, at, "visits", "")] = Sum(number, 1)
        ((_label, total, _unknown),) = sums_of(found)
        return total

    assert summed(50, 3) is None
    assert summed(50, 60, None) == 110
    assert summed(50, 4, 3) == 57
    with translation.override("en"):
        assert sums_in_words([("visits", None, 0)]) == ["Visits: not shown"]
    with translation.override("zh-hans"):
        assert sums_in_words([("visits", 57, 0)]) == ["到馆人次：57"]


@pytest.mark.django_db
def test_neither_list_nor_file_nor_correction_shows_what_gives_a_small_number_away(
    client, librarian
):
    imported(
        "日期,分馆,受众,人次\n2026-03-02,东馆,,20\n2026-03-02,东馆,学生,17\n2026-03-02,东馆,教师,3\n"
    )
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    # Narrowed to the one that covers, as well.
    for asked in ("", "?q=学生"):
        html = client.get(reverse("crm:tally-list") + asked).content.decode()
        assert ">17<" not in html.replace(" ", "").replace("\n", "")
        file = b"".join(client.get(reverse("crm:tally-export") + asked)).decode()
        assert ",17," not in file
    students = Tally.objects.get(audience="学生")
    html = client.get(reverse("crm:tally-correct", args=[students.pk])).content.decode()
    assert 'value="17"' not in html
    assert "not shown" in html
