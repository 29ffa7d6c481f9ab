"""Codes of the second factor: those of the telephone, each good once, and the recovery codes.

allauth remembers in the cache which code was used. Here it stands in the row of the second factor:
a cache that is away keeps nobody out, and lets no code be used twice.
"""

import logging

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction

from core.sealed import WrongSeal
from crm.staff.models import User

log = logging.getLogger(__name__)
#: The last half minute whose code was used, in the row's data.
LAST_USED = "last_used_step"


@transaction.atomic
def use_code(user: User, code: str) -> Authenticator | None:
    """The second factor this code belongs to, with the code used up; None for a wrong one.

    In a transaction: the rows of the account are locked, so that a code that is sent twice is good
    once.
    """
    held = Authenticator.objects.select_for_update().filter(user=user).order_by("type", "pk")
    for authenticator in held:
        if _use(authenticator, code):
            # allauth reads the user of it, and would fetch them again.
            authenticator.user = user
            return authenticator
    return None


def _use(authenticator: Authenticator, code: str) -> bool:
    """True for a right code, which is spent by it.

    A secret that cannot be opened has no right code: the key was changed, or somebody wrote it who
    does not have the key.
    """
    try:
        return _use_opened(authenticator, code)
    except WrongSeal:
        log.error("the second factor %s cannot be opened with PRIVACY_KEY", authenticator.pk)
        return False


def _use_opened(authenticator: Authenticator, code: str) -> bool:
    """As ``_use``; WrongSeal where the secret cannot be opened. No other kind has codes."""
    if authenticator.type == Authenticator.Type.TOTP:
        return _use_totp(authenticator, code)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return authenticator.wrap().validate_code(code)
    return False


def _use_totp(authenticator: Authenticator, code: str) -> bool:
    """RFC 6238, 5.2: a code is accepted once, so none of an earlier half minute after it."""
    last_used = authenticator.data.get(LAST_USED, 0)
    step = _step_of(decrypt(authenticator.data["secret"]), code)
    if step is None or step <= last_used:
        return False
    authenticator.data[LAST_USED] = step
    authenticator.save(update_fields=["data"])
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The half minute whose code this is, or None; compared in the same time for every code."""
    found = None
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            found = step
    return found
