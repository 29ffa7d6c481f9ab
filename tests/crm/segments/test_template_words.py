"""Rules that a segment, or a season, begins with are read by people: each in both languages."""

from datetime import date

import pytest
from django.utils import translation

from campaigns.plan.seasons import SEASONS, rule_of
from crm.segments.rule import MIN_YEAR
from crm.segments.starters import STARTERS
from crm.segments.words import explain_rule

#: As of 1 March 2027; seasons of that year.
WORDS = {
    "freshmen": (
        "New student, or (undergraduate, master's student or doctoral student, and entered in 2026,"
        " and no day is recorded when studies begin)",
        "新生，或（本科生、硕士生或博士生，且2026 级，且没有入学日期记录）",
    ),
    "finalists": (
        "Final year, or (master's student, and entered in 2024, and no day is recorded when studies"
        " end), or (undergraduate or doctoral student, and entered in 2023, and no day is recorded"
        " when studies end)",
        "毕业班，或（硕士生，且2024 级，且没有毕业日期记录），"
        "或（本科生或博士生，且2023 级，且没有毕业日期记录）",
    ),
    "silent": (
        "Nothing at all recorded in the last 180 days, by whole months",
        "近 180 天（按整月计）没有任何行为记录",
    ),
    "givers": (
        "Recency 3, 4 or 5, contribution 4 or 5",
        "近度 3、4或5 档、贡献度 4或5 档",
    ),
    "often-here": (
        "Visit ≥ 12 times in the last 90 days, and no event attended in the last 90 days",
        "近 90 天到馆 ≥ 12 次，且近 90 天没有参加活动",
    ),
    "welcome": (
        "Begins to study in 2027, or (undergraduate, master's student or doctoral student, and"
        " entered in 2027, and no day is recorded when studies begin)",
        "2027 年入学，或（本科生、硕士生或博士生，且2027 级，且没有入学日期记录）",
    ),
    "farewell": (
        "(graduates in 2027, or (undergraduate, and entered in 2023, and no day is recorded when"
        " studies end), or (master's student, and entered in 2024, and no day is recorded when"
        " studies end)), and not (begins to study in 2027, or (undergraduate, master's student or"
        " doctoral student, and entered in 2027, and no day is recorded when studies begin))",
        "（2027 年毕业，或（本科生，且2023 级，且没有毕业日期记录），"
        "或（硕士生，且2024 级，且没有毕业日期记录）），"
        "且不属于（2027 年入学，或（本科生、硕士生或博士生，且2027 级，且没有入学日期记录））",
    ),
}


def rules() -> dict[str, dict]:
    """{code: rule} of every template of the builder and of every season."""
    found = {code: starter.rule_on(date(2027, 3, 1)) for code, starter in STARTERS.items()}
    return found | {key: rule_of(key, 2027) for key in SEASONS}


def test_every_template_has_its_words_here():
    assert set(rules()) == set(WORDS)


@pytest.mark.django_db
@pytest.mark.parametrize("code", WORDS)
def test_b6_words_of_a_template(code):
    english, chinese = WORDS[code]
    with translation.override("en"):
        assert explain_rule(rules()[code]) == english
    with translation.override("zh-hans"):
        assert explain_rule(rules()[code]) == chinese


@pytest.mark.django_db
@pytest.mark.parametrize("test", ["enters", "graduates"])
def test_year_that_stands_for_all_is_not_printed(test):
    """Only where it stands for all: an end, or another beginning, is said."""
    every_year = {"test": test, "from": MIN_YEAR}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for rule in (every_year, {"op": "not", "of": [every_year]}):
                assert str(MIN_YEAR) not in explain_rule(rule)
            assert "2027" in explain_rule(every_year | {"to": 2027})
            assert "1901" in explain_rule({"op": "not", "of": [{"test": test, "from": 1901}]})


@pytest.mark.django_db
def test_groups_of_one_kind_within_each_other_are_one_group():
    one, two, three = ({"test": "kind", "in": [kind]} for kind in ("teacher", "staff", "alumnus"))
    inner = {"op": "and", "of": [two, {"op": "or", "of": [three]}]}
    with translation.override("en"):
        flat = explain_rule({"op": "and", "of": [one, two, three]})
        assert explain_rule({"op": "and", "of": [one, inner]}) == flat
        mixed = explain_rule({"op": "or", "of": [one, {"op": "and", "of": [two, three]}]})
        assert mixed == "Teacher, or (staff member, and alumnus)"
