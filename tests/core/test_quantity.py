"""N0: a published number keeps its qualifier in print and in sums."""

from datetime import date

import pytest

from core.quantity import Qualifier, Quantity, Unit


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "chinese", "english"),
    [
        (275_000, Qualifier.AT_LEAST, Unit.TIMES, "27.5万余次", "≥275,000"),
        (200, Qualifier.NEARLY, Unit.PERSONS, "近200名", "nearly 200"),
        (7_000, Qualifier.AT_LEAST, Unit.PERSONS, "7000多名", "≥7,000"),
        (800, Qualifier.AT_LEAST, Unit.PEOPLE, "800余人", "≥800"),
        (100_001, Qualifier.CAPPED, Unit.TIMES, "10万+", "100,000+"),
        (35, Qualifier.ABOUT, Unit.PEOPLE, "约35人", "about 35"),
        (32, Qualifier.EXACT, Unit.PERSONS, "32名", "32"),
    ],
)
def test_n0_prints_the_form_it_was_published_in(value, qualifier, unit, chinese, english):
    quantity = Quantity(value, qualifier, unit)
    assert (quantity.zh(), quantity.en()) == (chinese, english)


def test_n0_sum_of_two_at_least_is_at_least():
    total = Quantity(7_000, Qualifier.AT_LEAST, Unit.PERSONS) + Quantity(
        800, Qualifier.AT_LEAST, Unit.PERSONS
    )
    assert total.en() == "≥7,800"


@pytest.mark.parametrize(
    "weaker", [Qualifier.AT_LEAST, Qualifier.CAPPED, Qualifier.NEARLY, Qualifier.ABOUT]
)
def test_n0_sum_inherits_the_weakest_qualifier(weaker):
    total = Quantity(10, Qualifier.EXACT) + Quantity(5, weaker)
    assert (total.value, total.qualifier) == (15, weaker)


def test_n0_sum_keeps_sources_and_the_older_date():
    older = Quantity(1, source="gate", as_of=date(2026, 1, 1))
    newer = Quantity(2, source="desk", as_of=date(2026, 2, 1))
    assert ((older + newer).source, (older + newer).as_of) == ("gate + desk", date(2026, 1, 1))


def test_n0_persons_and_attendances_are_never_added():
    with pytest.raises(ValueError):
        Quantity(1, unit=Unit.PERSONS) + Quantity(1, unit=Unit.ATTENDANCES)
