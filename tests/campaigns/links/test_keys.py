"""Keys of a delivery: each is good for one purpose, and a changed one for none."""

import pytest

from campaigns.links import keys


def test_key_reads_back_for_its_purpose_only():
    key = keys.delivery_key(123456, keys.ANSWER)
    assert keys.parse_key(key, keys.ANSWER) == 123456
    assert keys.parse_key(key, keys.UNSUBSCRIBE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda k: k[:-1],
        lambda k: "1" + k,
        lambda k: k.upper(),
        lambda k: "",
        lambda k: "-",
        lambda k: "3o-",
    ],
)
def test_changed_key_reads_as_none(change):
    assert keys.parse_key(change(keys.delivery_key(123456, keys.CLICK)), keys.CLICK) is None
