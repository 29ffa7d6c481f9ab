"""What a mail server's refusal says of the address, and what it says of something else.

A full mailbox, a rule of the other side against our letters, our own sender: none of these is the
address's fault, and the next letter may arrive. "There is no such mailbox" is (RFC 3463, X.1.x).
"""

import re

from crm.letters.models import AddressTrouble, FailureCode

#: "550 5.1.1 no such user": the reply, and the enhanced status behind it where there is one.
REPLY = re.compile(r"(?P<code>5\d\d)[ -](?:#?(?P<status>[245]\.\d{1,3}\.\d{1,3})\b)?")
#: What X.1.x says of the address a letter goes to; 5, 7, 8 and 9 are of valid ones and of senders.
NO_MAILBOX = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"})
#: RFC 6531: letters beyond ASCII, and a server on the way that has not learnt to read them.
NOT_ASCII = "5.6.7"
OF_STATUS = dict.fromkeys(NO_MAILBOX, AddressTrouble.REFUSED)
OF_STATUS |= {NOT_ASCII: AddressTrouble.INTERNATIONAL}
#: Replies that speak of the mailbox; without a status their words say which of its troubles it is.
OF_A_MAILBOX = frozenset({"550", "551", "553"})
UNKNOWN = re.compile(
    r"(?:user|recipient|mailbox|account|address) (?:is )?"
    r"(?:unknown|not found|does not exist|not exist)"
    r"|(?:unknown|no such|invalid|non-?existent) (?:user|recipient|mailbox|account|address|local)"
    r"|(?:用户|帐号|账号|邮箱|收件人)不存在",
    re.IGNORECASE,
)


def trouble_of(reason: str) -> str:
    """Why no letter reaches an address, as an AddressTrouble, by the reason with which a mail was
    refused for good; empty where the address is not to blame.

    By the enhanced status where there is one; without it only in replies that are about a mailbox,
    and by their words.
    """
    if reason == FailureCode.BAD_ADDRESS:
        return AddressTrouble.INVALID
    found = REPLY.match(reason)
    if found is None:
        return ""
    if found["status"]:
        return trouble_of_status(found["status"])
    if found["code"] in OF_A_MAILBOX and UNKNOWN.search(reason):
        return AddressTrouble.REFUSED
    return ""


def trouble_of_status(status: str) -> str:
    """The same by an enhanced status ("5.1.1") alone.

    Empty for every status that is not about the address.
    """
    return OF_STATUS.get(status, "")
