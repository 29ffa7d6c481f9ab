"""Readers sign in by a link in a mail, without a password.

The link is of one account and one address, holds a quarter of an hour and once: signing in, by it
or otherwise, ends every link there is. It is not stored: it is made of the portal's key and
compared with what the account is now. Whoever works here, or did, signs in with a password. Where
nobody has an account with the address, the link opens one.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from core.addresses import keyed_digest, mailbox_spellings
from core.columns import the_only
from core.refusals import Refused
from crm.staff import buckets
from crm.staff.models import User

HOLDS = timedelta(minutes=15)
SALT = "sign-in link"
#: What the audit trail and the session say somebody came in by.
METHOD = "mail_link"
#: Links asked for from one network: a campus may stand behind it.
AN_HOUR, AT_ONCE = 300, 100


def refuse_too_many(network: str) -> None:
    """Raises Refused for a network from which very many links are asked for."""
    if buckets.take("sign-in links", network, AN_HOUR / buckets.HOUR, AT_ONCE):
        raise Refused(_("Very many links were asked for from your network. Try again later."))


def reader_with(address: str) -> User | None:
    """The one reader's account whose own address this is, confirmed; None for all others."""
    owners = User.objects.filter(
        emailaddress__email__in=mailbox_spellings(address), emailaddress__verified=True
    )
    found = list(filter(may_use_links, owners.distinct()))
    return the_only(found)


def may_use_links(user: User) -> bool:
    """Readers' accounts that are open; never those of staff, now or before."""
    return user.is_active and user.role == User.Role.READER and not user.was_staff


def is_free(address: str) -> bool:
    """Whether no account of any kind has this address, confirmed or not."""
    spellings = mailbox_spellings(address)
    taken = Q(emailaddress__email__in=spellings) | Q(email__in=spellings)
    return not User.objects.filter(taken).exists()


def token_of(user: User, asked_by: str = "") -> str:
    """What the link holds: which account, a digest of how it is now, and one of the browser that
    asked (``same_browser.digest_of``).
    """
    return signing.dumps([user.pk, state_of(user), asked_by], salt=SALT)


def token_for_new(address: str, asked_by: str) -> str:
    """What the link holds that opens an account with this address."""
    return signing.dumps([None, address, asked_by], salt=SALT)


def state_of(user: User) -> str:
    """Changes with every sign-in, with the password and with the address."""
    said = f"{SALT} {user.pk} {user.last_login} {user.password} {user.email}"
    return keyed_digest(said).hex()


@dataclass(frozen=True)
class Opening:
    """What a link opens: the account ``user``, or a new one where that is None; its address, and
    the digest of the browser that asked.
    """

    user: User | None
    address: str
    asked_by: str


def opening_of(token: str) -> Opening:
    """What a link opens now; an account is held until the transaction ends: of two who use a link
    at once the second finds it used. Refused, in the same words, for every link that does not hold.
    """
    refused = Refused(_("This link does not hold any more. Have a new one mailed to you."))
    try:
        pk, said, asked_by = signing.loads(token, salt=SALT, max_age=HOLDS)
    except (signing.BadSignature, ValueError) as error:
        raise refused from error
    if pk is None:
        if not is_free(said):
            raise refused
        return Opening(None, said, asked_by)

    user = User.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if user is None or not may_use_links(user) or state_of(user) != said:
        raise refused
    return Opening(user, user.email, asked_by)
