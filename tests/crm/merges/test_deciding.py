"""The rules over two rows, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.merges import deciding, parting
from crm.merges.deciding import Words
from crm.readers.models import ContactChannel, permissions

ALL = [one for channel in ContactChannel for one in permissions(channel)]
consents = st.lists(st.sampled_from(ALL), unique=True)
addresses = st.sampled_from(["", "a@example.com", "A@example.com", "b@example.com"])
rows = st.fixed_dictionaries(
    {
        "email": addresses,
        "phone": st.sampled_from(["", "13800000001", "13800000002"]),
        "wechat": st.sampled_from(["", "oid"]),
        "consents": consents,
        "name": st.sampled_from(["", "李雷"]),
        "stop_reason": st.just(""),
        "stop_until": st.none(),
    }
)
#: On a busy machine examples are slow to make.
words = st.builds(
    Words,
    rows,
    st.dictionaries(st.sampled_from(ALL), st.booleans()),
    st.frozensets(st.sampled_from(ALL), max_size=2),
)


@given(kept=words, gone=words)
def test_nothing_is_allowed_that_nobody_allowed_for_that_address(kept, gone):
    """Whatever the two say: no yes comes of a joining, and no no is lost for its address."""
    becomes = {**kept.row}
    found = deciding.allowed(kept, gone, becomes)
    for permission in found.consents:
        assert permission in kept.row["consents"] or permission in gone.row["consents"]
        assert permission not in kept.stopped | gone.stopped
    for permission in kept.row["consents"]:
        assert permission in found.consents or permission in found.ended
    assert not set(found.consents) & found.ended.keys()


@given(gone=rows, before=rows)
def test_apart_is_what_both_were_where_nothing_was_written_since(gone, before):
    after = {**before, "name": "joined", "consents": []}
    back = parting.apart(gone, before, after, dict(after))
    assert back.kept == before
    assert back.gone == {"consents": gone["consents"]}


@given(gone=rows, before=rows, since=consents)
def test_what_was_said_since_is_told_apart(gone, before, since):
    """A no holds for both; a yes is of one that has the address."""
    after = {**before, "consents": sorted(set(before["consents"]) | set(gone["consents"]))}
    back = parting.apart(gone, before, after, {**after, "consents": since})
    refused = set(after["consents"]) - set(since)
    assert not refused & (set(back.kept["consents"]) | set(back.gone["consents"]))


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        (("illness", "2026-01-01"), ("", None), ("illness", "2026-01-01")),
        (("illness", "2026-01-01"), ("dispute", "2026-02-01"), ("dispute", "2026-02-01")),
        (("illness", "2026-01-01"), ("deceased", None), ("deceased", None)),
        (("", None), ("", None), ("", None)),
    ],
)
def test_the_longer_stop_holds(one, other, longer):
    kept = dict(zip(("stop_reason", "stop_until"), one, strict=True))
    gone = dict(zip(("stop_reason", "stop_until"), other, strict=True))
    expected = dict(zip(("stop_reason", "stop_until"), longer, strict=True))
    assert deciding.stricter_stop(kept, gone) == expected
    assert deciding.stricter_stop(gone, kept) == expected
