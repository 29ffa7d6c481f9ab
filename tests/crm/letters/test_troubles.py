"""What a refusal says of the address: only "there is no such mailbox" is its own fault."""

import pytest

from crm.letters.troubles import trouble_of

REASONS = [
    ("550 5.1.1 user unknown", "refused"),
    ("550-5.1.1 The email account that you tried to reach does not exist", "refused"),
    ("550 #5.1.0 Address rejected.", "refused"),
    ("553 5.1.3 bad address syntax", "refused"),
    ("556 5.1.10 domain takes no mail", "refused"),
    ("550 User not found: li@example.org", "refused"),
    ("550 RCPT TO: no such user here", "refused"),
    ("550 收件人不存在", "refused"),
    ("553 5.6.7 the mail server takes no international addresses", "international"),
    ("bad_address", "invalid"),
    # A rule of the other side, a full mailbox, our own sender, words without meaning, a moment.
    ("550 5.7.1 rejected by policy", ""),
    ("554 5.7.1 spam, no such user", ""),
    ("552 5.2.2 mailbox full", ""),
    ("550 5.1.8 sender's address unknown", ""),
    ("553 5.1.7 sender unknown", ""),
    ("550 Mailbox unavailable or access denied", ""),
    ("554 user unknown", ""),
    ("452 4.2.2 mailbox full", ""),
    ("450 4.1.1 user unknown", ""),
    ("server_lost", ""),
    ("", ""),
]


@pytest.mark.parametrize(("reason", "trouble"), REASONS)
def test_refusal_is_the_addresss_fault_only_where_it_says_so(reason, trouble):
    """Fault 63. A policy refusal and a full mailbox are not the address's fault."""
    assert trouble_of(reason) == trouble
