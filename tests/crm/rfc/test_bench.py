"""The benchmark of the night runs, measures what it says, and leaves the library as it was."""

from datetime import timedelta

import pytest

from crm.readers.models import Activity, FoldedMonth, Reader
from crm.standings.models import Standing
from tests.bench import bench_scores, big, nights
from tests.factories import ActivityFactory, ReaderFactory

NAMES = [
    *("scores-tiny-first", "scores-tiny-nightly", "scores-tiny-locked"),
    *("identities-tiny-first", "identities-tiny-nightly", "identities-tiny-locked"),
    *("fold-tiny-nightly", "fold-tiny-locked", "night-tiny"),
]


@pytest.fixture
def tiny(transactional_db, monkeypatch):
    """Four students, of whom one ends on each day, a teacher and one who left; of each an old row
    and a young one.
    """
    monkeypatch.setattr(nights, "LAST_DAYS", 4)
    people = ReaderFactory.create_batch(4, kind="undergraduate")
    people += [ReaderFactory(kind="teacher"), ReaderFactory(kind="master", state="left")]
    for reader in people:
        ActivityFactory(reader=reader, at=big.AS_OF - timedelta(days=big.DAYS - 0.5))
        ActivityFactory(reader=reader, at=big.AS_OF - timedelta(days=5))
    return people


def rows() -> dict[str, list]:
    """Everything that a night changes, but the scores."""
    found = {}
    for model in (Reader, Activity, FoldedMonth, Standing):
        found[model.__name__] = list(model.objects.order_by("pk").values())
    return found


def test_each_stage_has_its_rows_and_the_library_stays_as_it_was(tiny):
    before = rows()
    first, later = nights.first_and_later_moves(3)
    # All students get a stage in the first night; then one or more end in each.
    assert first.rows == 4
    assert later.rows >= 1
    assert 0 < first.locked <= first.seconds
    fold = nights.folded()
    assert fold.rows == len(tiny)
    assert 0 < fold.locked <= fold.seconds
    assert rows() == before


def test_figures_of_the_night_are_printed_one_line_each(tiny, capsys):
    before = rows()
    figures = bench_scores.measured("tiny")
    assert [one["name"] for one in figures] == NAMES
    assert rows() == before
    whole = {one["name"]: one["ours"] for one in figures}
    parts = ("scores-tiny-nightly", "identities-tiny-nightly", "fold-tiny-nightly")
    assert whole["night-tiny"] == pytest.approx(sum(whole[name] for name in parts))
    for one in figures:
        assert one["limit"] == 1
        assert one["ratio"] == one["ours"] / one["reference"]
