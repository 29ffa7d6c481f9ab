"""What became of a mail, by what the other mail server said."""

import pytest

from crm.letters.models import FailureCode
from crm.letters.outcomes import Outcome, outcome_of, outcome_of_status

PERMANENT, TEMPORARY, POLICY = Outcome.PERMANENT, Outcome.TEMPORARY, Outcome.POLICY


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("550 5.1.1 user unknown", PERMANENT),
        ("550-5.1.1 The email account that you tried to reach does not exist", PERMANENT),
        ("550 User not found: li@example.com", PERMANENT),
        ("550 Mailbox unavailable or access denied: no such user", PERMANENT),
        ("553 5.6.7 the mail server takes no international addresses", PERMANENT),
        ("556 5.1.10 null MX", PERMANENT),
        ("550", None),
        ("552 5.2.2 mailbox full", TEMPORARY),
        ("552 mailbox full", TEMPORARY),
        ("452 4.2.2 mailbox full", TEMPORARY),
        ("550 5.0.0 over quota", TEMPORARY),
        ("450 4.7.1 greylisted, please try again", TEMPORARY),
        ("421 too many connections", TEMPORARY),
        ("550 5.7.1 rejected by policy", POLICY),
        ("554 5.7.1 Service unavailable; blocked using zen.spamhaus.org", POLICY),
        ("550 5.1.8 sender rejected", POLICY),
        ("550 Mail content denied. http://service.mail.qq.com/", POLICY),
        ("550 Ip frequency limited", POLICY),
        ("554 DT:SPM 163 smtp", POLICY),
        ("550 拒收：垃圾邮件", POLICY),
        ("521 5.0.0 host does not accept mail", POLICY),
        ("server_lost", None),
        ("", None),
        (FailureCode.BAD_ADDRESS, None),
        ("suppressed", None),
    ],
)
def test_refusal_is_of_one_kind_and_what_no_server_said_of_none(reason, outcome):
    assert outcome_of(reason) is outcome


def test_status_of_a_returned_mail():
    found = [outcome_of_status(s) for s in ("5.1.1", "5.2.2", "4.4.1", "5.7.26", "5.0.0", "")]
    assert found == [PERMANENT, TEMPORARY, TEMPORARY, POLICY, PERMANENT, PERMANENT]
