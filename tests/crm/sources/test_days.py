"""Which days are recorded, from spans alone."""

from datetime import date

from crm.sources.days import Coverage, Recorded, Shut, Told, days_of, together, weigh
from crm.sources.expected import next_expected
from crm.sources.models import DataSource

FULL, PART, NONE, CLOSED = Recorded.FULL, Recorded.PART, Recorded.NONE, Recorded.CLOSED
GATE, ILS = 1, 2
MAIN, EAST = 10, 11


def october(first: int = 1, last: int = 31) -> tuple[date, date]:
    return date(2026, 10, first), date(2026, 10, last)


def state(*told: Told, shut=(), place=None) -> Coverage:
    return weigh(*october(), told, shut, place)


def test_nothing_told_is_none_and_never_a_zero():
    assert state().state == NONE
    assert state().is_none
    assert not state().is_whole
    assert state().missing == [october()]
    # A source that begins later has told nothing of the days before.
    assert state(Told(GATE, None, *october(20, 31))).missing == [october(1, 19)]


def test_a_gap_in_the_middle_is_named_with_its_days():
    gate = [Told(GATE, None, *october(1, 11)), Told(GATE, None, *october(22, 31))]
    found = state(*gate)
    assert (found.state, found.missing, found.missing_days) == (PART, [october(12, 21)], 10)
    assert found.within(*october(1, 11)).state == FULL
    assert found.within(*october(12, 13)).is_none


def test_closed_days_are_no_gap_and_add_nothing():
    gate = [Told(GATE, None, *october(1, 11)), Told(GATE, None, *october(22, 31))]
    assert state(*gate, shut=[Shut(None, *october(12, 21))]).is_whole
    assert state(*gate, shut=[Shut(None, *october(12, 20))]).missing == [october(21, 21)]
    # Closed all the time: a zero is a zero. Another place's closing says nothing of this one.
    assert state(shut=[Shut(None, *october())]).state == CLOSED
    assert state(Told(GATE, MAIN, *october(1, 5)), shut=[Shut(EAST, *october())]).state == PART
    # Told of on a closed day all the same: it is recorded.
    both = state(Told(GATE, None, *october()), shut=[Shut(None, *october(3, 4))])
    assert both.state == FULL
    assert both.missing == []


def test_every_place_and_every_source_must_have_told():
    main, east = Told(GATE, MAIN, *october()), Told(GATE, EAST, *october(1, 10))
    assert state(main).is_whole
    assert state(main, east).missing == [october(11, 31)]
    assert state(main, east).state == PART
    assert state(main, east, place=MAIN).is_whole
    assert state(main, east, place=EAST).missing == [october(11, 31)]
    # What is told of the whole library is told of each place, and a second source counts as well.
    assert state(main, east, Told(GATE, None, *october(11, 31))).is_whole
    assert state(main, Told(ILS, None, *october(1, 2))).state == PART
    # A place that never appeared is none that anybody waits for.
    assert state(main, place=99).is_none


def test_a_file_that_is_known_to_be_incomplete_records_in_part_until_another_is_whole():
    part = Told(GATE, None, *october(), whole=False)
    assert state(part).state == PART
    assert state(part).missing == [october()]
    assert state(part, Told(GATE, None, *october())).is_whole
    assert state(Told(GATE, None, *october()), part).is_whole


def test_states_taken_together():
    assert together([]) == NONE
    assert together([CLOSED]) == CLOSED
    assert together([CLOSED, FULL]) == FULL
    assert together([CLOSED, NONE]) == NONE
    assert together([FULL, NONE]) == PART
    assert together([PART, PART]) == PART
    assert len(list(days_of(*october()))) == 31


def test_the_next_file_and_since_when_it_is_missed():
    gate = DataSource(name="Gate", rhythm=DataSource.Rhythm.MONTHLY, due_after=5)
    expected = next_expected(gate, date(2026, 9, 30))
    assert (expected.first, expected.last) == october()
    assert expected.due == date(2026, 11, 5)
    assert not expected.is_late(date(2026, 11, 5))
    assert expected.is_late(date(2026, 11, 6))
    assert expected.days_late(date(2026, 11, 26)) == 21
    # Of a month that is begun the rest is to come.
    assert next_expected(gate, date(2026, 10, 20)).first == date(2026, 10, 21)
    gate.rhythm = DataSource.Rhythm.DAILY
    assert next_expected(gate, date(2026, 10, 20)).last == date(2026, 10, 21)
    gate.rhythm = DataSource.Rhythm.WEEKLY
    assert next_expected(gate, date(2026, 10, 25)).last == date(2026, 11, 1)
    gate.until = date(2026, 10, 25)
    assert next_expected(gate, date(2026, 10, 25)) is None
    gate.until, gate.rhythm = None, DataSource.Rhythm.AT_WILL
    assert next_expected(gate, date(2026, 10, 25)) is None


def test_what_is_told_of_one_kind_says_nothing_of_another():
    loans, renewals = frozenset({"loan"}), frozenset({"renewal"})
    both = Told(ILS, MAIN, *october(1, 10), tells=loans | renewals)
    later = Told(ILS, MAIN, *october(11, 31), tells=loans)
    assert state(both, later).missing == [october(11, 31)]
    assert state(both.about(renewals)).missing == [october(11, 31)]
    assert state(both.about(loans), later).is_whole
    # A kind counts at each place from the day on which it was told of there.
    east = Told(ILS, EAST, *october(1, 31), tells=loans)
    assert state(both.about(loans), later, east).is_whole
    assert state(east, Told(ILS, MAIN, *october(), tells=renewals), place=EAST).is_whole


def test_a_place_is_shut_on_its_weekday_alone():
    sundays = Shut(None, *october(), weekday=6)
    gate = [Told(GATE, None, *october(1, 3)), Told(GATE, None, *october(5, 31))]
    assert state(*gate, shut=[sundays]).is_whole
    assert not state(Told(GATE, None, *october(1, 4)), shut=[sundays]).is_whole
