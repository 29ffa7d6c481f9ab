"""What the statements of other apps may name of staff, and whom a typed name means."""

from operator import attrgetter

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils.translation import gettext as _

from core.addresses import address_key
from core.characters import folded
from core.likeness import likeness
from core.refusals import Refused
from crm.staff.models import User

READABLE = ("crm_campus",)


def name_in(credentials: dict) -> str:
    """What was typed as user name or e-mail.

    As Django and allauth hand them on; "" where neither is among them.
    """
    return credentials.get("username", credentials.get("email", ""))


def administrator_named(name: str | None) -> User:
    """The administrator for whom a command decides. Raises Refused where nobody has that name."""
    administrators = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True)
    found = administrators.filter(username=name).first()
    if found is None:
        raise Refused(_("--by must name an administrator of the portal."))
    return found


def has_account(address: str) -> bool:
    """Whether an account signs in with this address, or has written it down as another of its.

    A claim without proof counts as well.
    """
    known = EmailAddress.objects.filter(email__iexact=address)
    return bool(accounts_named(address)) or known.exists()


def accounts_named(typed: str) -> list[User]:
    """The accounts that somebody means who types this as user name or e-mail, in any writing.

    Almost always one or none; two where the user name of one is the address of another. The same
    statements run whether there is such an account or not.
    """
    # PostgreSQL would fail on it, and no name has one.
    typed = typed.replace("\0", "").strip()
    found = _by_user_name(typed)
    if "@" in folded(typed):
        found |= _by_address(typed)
    return sorted(found, key=attrgetter("pk"))


def _by_user_name(typed: str) -> set[User]:
    """The one with exactly this name; else those whose name looks like it."""
    exactly = set(User.objects.filter(username=typed))
    alike = set(User.objects.filter(likeness=likeness(typed)))
    return exactly or alike


def _by_address(typed: str) -> set[User]:
    """Of a verified address its owner alone; others may have claimed it without proof."""
    writings = [typed.lower(), address_key(typed)]
    verified = User.objects.filter(emailaddress__email__in=writings, emailaddress__verified=True)
    claimed = User.objects.filter(Q(emailaddress__email__in=writings) | Q(email__in=writings))
    owners = set(verified)
    claimants = set(claimed)
    return owners or claimants


def has_second_factor(user: User) -> bool:
    """Whether a code is asked for beside the password.

    One statement.
    """
    return Authenticator.objects.filter(user=user).exists()
