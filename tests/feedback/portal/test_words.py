"""Sentences of the front page, without a page around them."""

from datetime import date

import pytest
from django.utils import translation

from core.disclosure import Count
from feedback.portal.words import said_and_done
from feedback.voices.queries import VoiceCounts


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "Last 90 days: 1,250 received, 40 answered, not shown led to a change."
            " As of 5 Mar 2026.",
        ),
        (
            "zh-hans",
            "过去 90 天收到 1,250 条，已答复 40 条，促成 未显示 项改变。截至 2026年3月5日。",
        ),
    ],
)
def test_voices_of_late_are_one_sentence_and_few_are_not_told(language, sentence):
    counts = VoiceCounts(said=Count.of(1250), answered=Count.of(40), done=Count.of(3))
    with translation.override(language):
        assert said_and_done(counts, date(2026, 3, 5)) == sentence
