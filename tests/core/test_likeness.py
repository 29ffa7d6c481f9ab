"""Names that look alike have one key; those in scripts that nobody mixes are found."""

import pytest

from core.likeness import has_unseen, likeness, likenesses, mixes_scripts


@pytest.mark.parametrize(
    "written",
    ["admin", "Admin", "ADMIN", "ａｄｍｉｎ", "аdmin", "ad\u200bmin", "\u202eadmin", "аԁmіn"],
)
def test_writings_of_one_name_have_one_key(written):
    assert likeness(written) == "admin"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("r00t", "root"),
        ("wang1", "wangl"),
        ("Straße", "STRASSE"),
        ("ﬁona", "fiona"),
        ("王⼀", "王一"),
    ],
)
def test_names_that_look_the_same_have_one_key(one, other):
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ann", "anna"), ("林晚晴", "林晚情"), ("日", "曰"), ("li.na", "lina"), ("barn", "bam")],
)
def test_other_names_have_other_keys(one, other):
    assert likeness(one) != likeness(other)


def test_capital_letter_that_looks_like_another_small_one_is_thought_of():
    assert likeness("paypaI") == "paypai"
    assert likeness("paypal") in likenesses("paypaI")


def test_key_of_a_key_is_the_key():
    for name in ("Admin", "R00T", "ΡΟΟΤ", "ﬃ", "Ⅷ", "ẞ", "林晚晴", "S00012"):
        assert likeness(likeness(name)) == likeness(name)


@pytest.mark.parametrize("name", ["аdmin", "pаypal", "Иvan", "αlpha", "ann\u0561"])
def test_scripts_that_nobody_mixes(name):
    assert mixes_scripts(name)


@pytest.mark.parametrize(
    "name",
    ["ann", "林晚晴", "林Ann2", "Иван", "ΑΝΝΑ", "さくらX", "サクラ花", "김철수", "李ㄅ", "user_1"],
)
def test_scripts_that_are_written_together(name):
    assert not mixes_scripts(name)


@pytest.mark.parametrize(
    "name", ["a\u200bnn", "a\u3164nn", "a nn", "ann\u00ad", "\u2800", "a\u115fn"]
)
def test_what_leaves_no_mark_is_seen(name):
    assert has_unseen(name)
    assert not has_unseen("Ann_1")
