"""What the statements of other apps may name of staff, and whom a typed name means."""

from allauth.account.models import EmailAddress

from core.addresses import address_key
from core.characters import folded
from crm.staff.models import User

READABLE = ("crm_campus",)


def name_in(credentials: dict) -> str:
    """What was typed as user name or e-mail."""
    return str(credentials.get("username") or credentials.get("email") or "")


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
    return sorted(found, key=lambda user: user.pk)


def _by_user_name(typed: str) -> set[User]:
    name = folded(typed)
    written = User.objects.filter(username__iexact=typed)
    meant = User.objects.filter(username__iexact=name)
    # Asked again here: PostgreSQL's upper case makes one letter of some that are two.
    named = {user for user in written | meant if folded(user.username) == name}
    exact = {user for user in named if user.username == typed}
    return exact or named


def _by_address(typed: str) -> set[User]:
    """Of a verified address its owner alone; others may have claimed it without proof."""
    writings = {typed.lower(), address_key(typed)}
    addresses = EmailAddress.objects.filter(email__in=writings).select_related("user")
    claimed = {address.user for address in addresses}
    verified = {address.user for address in addresses if address.verified}
    without_proof = set(User.objects.filter(email__in=writings))
    return verified or (claimed | without_proof)
