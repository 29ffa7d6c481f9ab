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


@pytest.mark.parametrize("purpose", [keys.CLICK, keys.ANSWER, keys.UNSUBSCRIBE])
def test_mailed_key_holds_after_the_secret_was_renewed_until_the_old_one_goes(settings, purpose):
    """Every link in every mail that had gone out was 404 after a renewal by the book."""
    mailed = keys.delivery_key(123456, purpose)
    settings.SECRET_KEY_FALLBACKS = ["older still " * 5, settings.SECRET_KEY]
    settings.SECRET_KEY = "renewed " * 7
    assert keys.parse_key(mailed, purpose) == 123456
    # What is made from now on has the new key alone.
    made = keys.delivery_key(123456, purpose)
    assert made != mailed

    settings.SECRET_KEY_FALLBACKS = []
    assert keys.parse_key(made, purpose) == 123456
    assert keys.parse_key(mailed, purpose) is None


def test_way_out_holds_after_the_secret_was_renewed_until_the_old_one_goes(settings):
    """A mail names its reader in the key by which they leave; that key was 404 after a renewal."""
    digest = bytes(range(32))
    mailed = keys.way_out_key(123456, 77, digest)
    assert keys.way_out_key(123457, 77, digest).split("-")[2] != mailed.split("-")[2]
    settings.SECRET_KEY_FALLBACKS = ["older still " * 5, settings.SECRET_KEY]
    settings.SECRET_KEY = "renewed " * 7
    assert keys.parse_way_out(mailed) == keys.WayOut(123456, 77, digest)

    settings.SECRET_KEY_FALLBACKS = []
    assert keys.parse_way_out(mailed) == keys.WayOut()


def test_way_out_of_a_mail_of_before_keys_named_the_address_reads_back():
    text = f"{keys.base32(123456)}-{keys.base32(77)}"
    key = f"{text}-{keys.signature(text, keys.UNSUBSCRIBE)}"
    assert keys.parse_way_out(key) == keys.WayOut(123456, 77, None)


def test_message_id_of_a_mail_stays_when_the_secret_is_renewed(settings):
    """A mailbox that has the mail already knows a second copy by it."""
    before = keys.signature("3o", keys.MESSAGE)
    settings.SECRET_KEY = "renewed " * 7
    assert keys.signature("3o", keys.MESSAGE) == before
