"""Texts in two languages have one fall-back."""

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.localised import in_every_language, is_chinese, label_of, localised, running
from core.templatetags.huixiang import local
from crm.staff.models import Campus
from crm.staff.words import Suspicion

stored = st.dictionaries(st.sampled_from(["zh-hans", "en"]), st.sampled_from(["", "一", "one"]))
languages = st.sampled_from(["zh-hans", "zh-cn", "en", "en-gb"])


@given(texts=stored, language=languages)
def test_asked_language_then_the_other_then_nothing(texts, language):
    asked, other = ("zh-hans", "en") if language.startswith("zh") else ("en", "zh-hans")
    expected = texts.get(asked, "") or texts.get(other, "")

    assert localised(texts, language) == expected
    with translation.override(language):
        assert localised(texts) == expected


@given(texts=stored, language=languages)
def test_templates_and_named_rows_use_the_same_rule(texts, language):
    campus = Campus(name_zh=texts.get("zh-hans", ""), name_en=texts.get("en", ""))

    with translation.override(language):
        assert local(texts) == localised(texts)
        assert str(campus) == localised(texts)


def test_without_an_active_language_the_portal_s_own_counts():
    with translation.override(None):
        assert is_chinese()
        assert localised({"zh-hans": "一", "en": "one"}) == "一"


def test_plain_texts_stay_and_absent_ones_have_a_fallback():
    assert (local("plain"), local({}, "–"), local(None, "–")) == ("plain", "–", "–")


@given(texts=stored, language=languages)
def test_texts_in_every_language_say_the_same_without_a_fallback(texts, language):
    complete = in_every_language(texts)

    assert set(complete) == {"zh-hans", "en"}
    assert complete["zh-hans" if language.startswith("zh") else "en"] == localised(texts, language)


def test_sentences_stand_one_after_the_other_as_their_language_sets_them():
    """In 0.1 a Chinese sentence was followed by a space, which left a hole after its full stop."""
    with translation.override("en"):
        assert running(["One.", "", "Two."]) == "One. Two."
    with translation.override("zh-hans"):
        assert running(["一。", "", "二。"]) == "一。二。"
    assert running([]) == ""


def test_code_is_said_by_its_label_in_the_language_that_is_spoken():
    with translation.override("en"):
        assert label_of(Suspicion, "fast") == "It was sent within two seconds."
    with translation.override("zh-hans"):
        assert not label_of(Suspicion, "fast").isascii()


def test_code_that_has_no_label_any_more_stays_as_it_is():
    assert (label_of(Suspicion, "slow"), label_of(Suspicion, "")) == ("slow", "")
