"""What gates produce, as counts of days; what cannot be told is unknown and said."""

from datetime import date

from django.utils import timezone

from tests.crm.tallies.building import told

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def readings(*pairs, head="日期,读数"):
    return head + "\n" + "\n".join(f"{day},{value}" for day, value in pairs)


def by_day(found):
    return {
        f"{thing[1]:%m%d}-{thing[2]:%m%d}": (said.value, said.whole)
        for thing, said in sorted(found.collected.sums.items(), key=lambda pair: pair[0][1])
    }


def test_readings_that_only_grow_become_what_passed_between_them():
    found = told(
        readings(
            ("2026-03-02", "1000"),
            ("2026-03-03", "1250"),
            ("2026-03-04", "X"),
            ("2026-03-05", "1700"),
            ("2026-03-06", "1700"),
        )
    )
    # Of two days that were read together neither has a number of its own.
    assert by_day(found) == {
        "0303-0303": (250, True),
        "0304-0305": (450, True),
        "0306-0306": (0, True),
    }
    morning = told(readings(("2026-03-02 08:00", "1000"), ("2026-03-03 08:00", "1250")))
    assert by_day(morning) == {"0302-0302": (250, True)}
    assert by_day(told(readings(("2026-03-02", "1"), ("2026-03-03", "9")), at_start=True)) == {
        "0302-0302": (8, True)
    }
    in_the_day = told(
        readings(
            ("2026-03-02 21:00", "10"),
            ("2026-03-03 09:00", "10"),
            ("2026-03-03 21:00", "90"),
            ("2026-03-04 21:00", "100"),
        )
    )
    # Of who came before nine in the evening of the first day nothing is known.
    assert by_day(in_the_day) == {
        "0302-0302": (None, False),
        "0303-0303": (80, True),
        "0304-0304": (10, True),
    }


def test_reading_that_stands_twice_is_one():
    """The first line was exported twice: of 2 March nobody knows how many came."""
    twice = [("2026-03-02", "1000"), ("2026-03-02", "1000"), ("2026-03-03", "1100")]
    assert by_day(told(readings(*twice))) == {"0303-0303": (100, True)}
    timed = [(f"{day} 21:00", value) for day, value in twice]
    assert by_day(told(readings(*timed))) == {"0303-0303": (100, True)}
    # One that was read before the doors opened, and again when they had closed, says something.
    quiet = [("2026-03-02 08:00", "1000"), ("2026-03-02 21:00", "1000")]
    assert by_day(told(readings(*quiet))) == {"0302-0302": (0, True)}


def test_day_whose_first_reading_is_late_is_not_known():
    late = readings(
        ("2026-03-02 13:00", "10"), ("2026-03-02 21:00", "90"), ("2026-03-03 21:00", "95")
    )
    assert by_day(told(late)) == {"0302-0302": (None, False), "0303-0303": (5, True)}
    # Of two gates one was put up in the afternoon: the house is told in part.
    of_two = "日期,闸机,读数\n" + "".join(
        f"{day} {hour},{gate},{value}\n"
        for day, hour, gate, value in (
            ("2026-03-02", "08:00", "A", 10),
            ("2026-03-02", "21:00", "A", 30),
            ("2026-03-02", "15:00", "B", 70),
            ("2026-03-02", "21:00", "B", 75),
        )
    )
    assert by_day(told(of_two)) == {"0302-0302": (20, False)}


def test_a_counter_that_turned_over_is_told_from_one_that_was_reset():
    days = [("2026-03-02", "99000"), ("2026-03-03", "99600")]
    turned = told(readings(*days, ("2026-03-04", "00150"), ("2026-03-05", "00700")))
    assert (turned.collected.turned, turned.reasons) == (1, {})
    assert by_day(turned)["0304-0304"] == (550, True)

    days = [("2026-03-02", "51000"), ("2026-03-03", "51600")]
    reset = told(readings(*days, ("2026-03-04", "20"), ("2026-03-05", "700")))
    assert reset.reasons == {4: "counter-reset"}
    assert by_day(reset) == {
        "0303-0303": (600, True),
        "0304-0304": (None, False),
        "0305-0305": (680, True),
    }


def test_one_reading_too_low_is_left_out_and_one_too_high_makes_neither_certain():
    slip = told(readings(("2026-03-02", "5000"), ("2026-03-03", "510"), ("2026-03-04", "5300")))
    assert slip.reasons == {3: "counter-fell"}
    assert by_day(slip) == {"0303-0304": (300, True)}

    high = told(
        readings(
            ("2026-03-02", "1234"),
            ("2026-03-03", "12345"),
            ("2026-03-04", "1400"),
            ("2026-03-05", "1500"),
        )
    )
    assert high.reasons == {3: "counter-unclear", 4: "counter-reset"}
    assert by_day(high) == {
        "0303-0303": (None, False),
        "0304-0304": (None, False),
        "0305-0305": (100, True),
    }


def test_in_and_out_are_not_added_and_a_counter_of_both_ways_is_halved():
    table = "date,in,out\n2026-03-02,120,118\n2026-03-03,X,90\n"
    assert by_day(told(table)) == {"0302-0302": (120, True), "0303-0303": (None, False)}
    rows = "日期,方向,人次\n2026-03-02,进,120\n2026-03-02,出,118\n2026-03-02,旋,1\n"
    found = told(rows)
    assert found.number() == 120
    assert (found.collected.left_out, found.reasons) == (1, {4: "unknown-action"})
    assert by_day(told("date,visits\n2026-03-02,239", both_ways=True)) == {"0302-0302": (120, True)}


def test_a_gate_of_both_ways_is_halved_once_for_a_day_after_hours_and_gates_are_added():
    hours = [f"2026-03-02,{hour}:00,1" for hour in (9, 10, 11, 12)]
    assert told("\n".join(["日期,时段,人次", *hours]), both_ways=True).number() == 2
    wide = told("日期,09:00,10:00,11:00\n2026-03-02,1,1,1\n", both_ways=True)
    assert wide.number() == 2
    gates = [f"2026-03-02,{gate},3" for gate in "ABC"]
    assert told("\n".join(["日期,闸机,人次", *gates]), both_ways=True).number() == 5
    # Readings of two gates, three passings each: three visits, not four.
    shown = [f"2026-03-0{day},{gate},{3 * day}" for day in (2, 3) for gate in "AB"]
    assert told("\n".join(["日期,闸机,读数", *shown]), both_ways=True).number() == 3
    # A counter of one way beside those of two: one and three halves.
    mixed = "日期,方向,人次\n2026-03-02,进,1\n2026-03-02,双向,1\n2026-03-02,双向,2\n"
    assert told(mixed).number() == 3
    # A column of readings beside its direction is halved as well.
    both = "日期,方向,读数\n2026-03-02,双向,100\n2026-03-03,双向,103\n"
    assert told(both).number() == 2
    # What is no visit is no passing, whatever the gate does.
    assert told("日期,借阅量\n2026-03-02,3\n", both_ways=True).number("", "", "loans") == 3


def hourly(days, hours):
    return [f"2026-03-{day:02},{hour}:00,{10 + hour}" for day in days for hour in hours]


def test_hours_are_added_up_and_a_day_with_hours_missing_is_told_in_part():
    whole = hourly((2, 3, 9, 10), (9, 10, 11))
    gap = [*hourly((4,), (9, 11)), *hourly((16,), (9, 10))]
    blank = ["2026-03-05,9:00,5", "2026-03-05,10:00,", "2026-03-05,11:00,5"]
    found = told("\n".join(["date,hour,footfall", *whole, *gap, *blank]))
    # Without an hour between; without the last one that other Mondays have; with one unknown.
    parts = {"0304-0304": (40, False), "0316-0316": (39, False), "0305-0305": (10, False)}
    known = by_day(found)
    assert known["0302-0302"] == (60, True)
    assert {day: said for day, said in known.items() if not said[1]} == parts
    # A report that comes once a day at a time of its own has no hours to miss.
    daily = told("date,visits\n2026-03-02 18:01,7\n2026-03-03 17:59,8\n2026-03-09 18:05,9")
    assert all(is_whole for _number, is_whole in by_day(daily).values())


def test_gates_of_one_house_are_added_and_one_that_is_silent_makes_it_a_part():
    rows = ["date,branch,gate,visits"]
    rows += [f"2026-03-0{day},East,{gate},100" for day in (2, 3, 4) for gate in "AB"]
    rows.remove("2026-03-03,East,B,100")
    assert by_day(told("\n".join(rows))) == {
        "0302-0302": (200, True),
        "0303-0303": (100, False),
        "0304-0304": (200, True),
    }
    # One gate is read by the day and one by the week: only the week has a sum.
    weekly = ["date,gate,reading", "2026-03-01,A,0", "2026-03-01,B,0"]
    weekly += [f"2026-03-0{day},A,{10 * day}" for day in range(2, 9)]
    weekly += ["2026-03-08,B,500"]
    assert by_day(told("\n".join(weekly))) == {"0302-0308": (580, True)}


def test_wide_tables_stand_branch_by_month_or_month_by_branch():
    wide = "分馆,2026年1月,2026年2月,合计\n东馆,100,X,100\n西馆,7,8,15\n合计,107,8,115\n"
    found = told(wide)
    assert found.number("东馆", "2026-01-01") == 100
    assert found.number("东馆", "2026-02-01") is None
    assert found.number("西馆", "2026-02-01") == 8
    assert found.reasons == {4: "total-place"}
    turned = told("Month,Burnt Oak,Hendon\n2026-01,5,6\n2026-02,,9\n")
    assert turned.number("Hendon", "2026-02-01") == 9
    assert turned.number("Burnt Oak", "2026-02-01") is None
    alone = told("Branch,Jan,Feb\nHendon,6,9\n", "loans 2019.csv")
    assert alone.number("Hendon", "2019-02-01", "loans") == 9
    hours = told("date,09:00,10:00,11:00\n2026-03-02,5,6,7\n2026-03-03,5,,7\n")
    assert by_day(hours) == {"0302-0302": (18, True), "0303-0303": (12, False)}


def test_a_month_that_a_spreadsheet_made_a_day_is_a_month_and_a_week_is_seven_days():
    rows = told("Month,visits\n2026-01-01,310\n2026-02-01,280\n")
    assert by_day(rows) == {"0101-0131": (310, True), "0201-0228": (280, True)}
    heads = told("Branch,2026-01-01,2026-02-01\nHendon,6,9\n")
    assert heads.number("Hendon", "2026-02-01") == 9
    assert all((thing[2] - thing[1]).days > 26 for thing in heads.collected.sums)
    # A counter that was read on two firsts and a day between them counted days.
    days = told("date,visits\n2026-01-01,3\n2026-01-02,4\n2026-02-01,5\n")
    assert "0101-0101" in by_day(days)
    read = told("date,reading\n2026-01-01,100\n2026-02-01,160\n", at_start=True)
    assert by_day(read) == {"0101-0131": (60, True)}
    week = told("week commencing,visits\n2026-03-02,70\n")
    assert by_day(week) == {"0302-0308": (70, True)}


def test_days_to_come_and_dates_that_contradict_each_other_are_refused():
    year = timezone.localdate().year + 1
    found = told(f"date,visits\n{year}-03-02,5\n{year}-03-03,\n2026-03-02,4\n")
    assert (found.reasons, found.total("visits")) == ({2: "future-date"}, 4)
    against = told("date,visits\n13/04/2026,5\n04/13/2026,5\n").looked.against
    assert against == ("13/04/2026", "04/13/2026")
    stated = told("date,visits\n2026-03-02,5\n2026-04-02,6\n", first=FIRST, last=LAST)
    assert stated.reasons == {3: "outside-period"}
