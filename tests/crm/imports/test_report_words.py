"""How an import stands and ended, and which columns and rows it left out, in words."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django.utils import translation

from crm.imports.found import Overlooked
from crm.imports.models import ImportBatch
from crm.imports.report_words import came_in_words, facts_in_words, undone_in_words
from crm.imports.step_words import ImportStep, steps_shown
from crm.imports.words import overlooked_in_words, reasons_in_words
from crm.staff.models import User


def ended(**report) -> ImportBatch:
    """An import of 1,204 rows that was stored on 2 November 2026 at 14:05 in Shanghai."""
    return ImportBatch(rows=1204, merged_at=datetime(2026, 11, 2, 6, 5, tzinfo=UTC), report=report)


def test_report_says_what_was_left_out_and_says_nothing_of_none():
    with translation.override("en"):
        assert came_in_words(ended(suppressed=0)) == [
            "1,204 rows in the file; stored on 2 Nov 2026, 14:05 in one step."
        ]
        assert came_in_words(ended(suppressed=1, taken_numbers=12))[1:] == [
            "One address is on the suppression list and was not taken in.",
            "12 further numbers are borne by other records and were left there: perhaps one"
            " person each.",
        ]
        assert came_in_words(ImportBatch(rows=3)) == []


def test_undone_import_says_who_stays_and_which_places_went():
    undone = {"deleted": 1300, "restored": 2, "kept": 0}
    with translation.override("en"):
        (said,) = undone_in_words(ended(undone=undone, places_removed=[]))
        assert said.startswith("Taken back: 1,300 readers deleted, 2 put back as they were. 0 were")
        both = ended(undone=undone | {"passed": 3}, places_removed=["East", "Law"])
        assert undone_in_words(both)[1:] == [
            "3 readers stay: a later import has them too, and they go when that one is taken back.",
            "Removed as campus or college: East · Law.",
        ]
        assert undone_in_words(ended()) == []


def test_overlooked_columns_are_sentences_in_both_languages():
    found = SimpleNamespace(
        overlooked=[
            Overlooked("同意", "consent", ["是", "否"]),
            Overlooked("办证", "day", ["2024-09-01"]),
            Overlooked("卡号", "number", ["A1"]),
            Overlooked("温度", "figure", ["21"]),
        ]
    )
    with translation.override("en"):
        assert overlooked_in_words(found) == [
            "“同意” (是 · 否) seems to say what people allow.",
            "“办证” (2024-09-01) seems to hold days.",
            "“卡号” (A1) seems to hold numbers of readers.",
            "“温度” (21) seems to hold counts.",
        ]
    with translation.override("zh-hans"):
        assert overlooked_in_words(found)[0] == "“同意”（是 · 否）像是读者同意与否。"


def test_facts_of_an_import_name_who_brought_it_only_where_that_is_known():
    batch = ImportBatch(
        takes="patrons",
        state=ImportBatch.State.DONE,
        size=2048,
        created_at=datetime(2026, 11, 2, 6, 5, tzinfo=UTC),
    )
    with translation.override("en"):
        facts = facts_in_words(batch)
        assert facts[1:] == ["Done", "2.0\xa0KB", "2 Nov 2026, 14:05"]
        batch.created_by = User(username="lin", display_name="Lin")
        assert facts_in_words(batch) == [*facts, "Lin"]


def test_reasons_of_refused_rows_say_how_many_rows_each():
    found = SimpleNamespace(reasons=[("unknown-kind", 1204), ("bad-date", 1)])
    with translation.override("en"):
        first, second = reasons_in_words(found)
        assert (first.endswith(" 1,204"), second.endswith(" 1")) == (True, True)


def test_steps_before_the_present_one_are_done_and_later_ones_are_neither():
    with translation.override("en"):
        shown = steps_shown(ImportStep.PREVIEW)
        assert [(one.is_current, one.is_done) for one in shown] == [
            (False, True),
            (False, True),
            (True, False),
            (False, False),
        ]
        assert shown[2].title == "Look at the preview"
