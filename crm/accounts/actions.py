"""Verbs on what a person is signed in with."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.accounts import tokens
from crm.accounts.models import ApiToken, BrowserSession
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


# --- a new account --------------------------------------------------------------------------------
@transaction.atomic
def open_account(*, address: str, name: str, by: User | None) -> User:
    """A reader's account with this address and no password, for somebody who has shown by a link
    that the mailbox is theirs. The caller has seen to it that nobody has the address.

    ``name`` is what they are called on pages. The name to sign in with is drawn by chance; a
    password can be set by the mail for a new one.
    """
    username = f"reader-{secrets.token_hex(5)}"
    user = User(username=username, display_name=name, email=address, role=User.Role.READER)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record(action=AuditAction.USER_OPEN, by=by, on=user)
    return user


# --- browsers -------------------------------------------------------------------------------------
@transaction.atomic
def end_session(*, session: BrowserSession, by: User) -> None:
    """End one session; whoever uses it is asked to sign in at their next step."""
    BrowserSession.objects.filter(pk=session.pk).end()
    audit.record(action=AuditAction.SESSION_END, by=by, on=session.user)


@transaction.atomic
def end_sessions(*, user: User, by: User) -> int:
    """End every session of ``user``, the one this is asked from as well; returns how many."""
    ended = BrowserSession.objects.filter(user=user).end()
    audit.record(action=AuditAction.SESSION_END_ALL, by=by, on=user, sessions=ended)
    return ended


@transaction.atomic
def end_everything_else(*, user: User, digest: str, by: User | None) -> None:
    """End what ``user`` is signed in with, browsers and programs, but for the session ``digest``.

    For a change after which nobody who got in before it should be in.
    """
    others = BrowserSession.objects.filter(user=user).exclude(session_key=digest)
    ended = others.end()
    if ended:
        audit.record(action=AuditAction.SESSION_END_ALL, by=by, on=user, sessions=ended)
    if user.api_tokens.exists():
        revoke_tokens(user=user, by=by)


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: User) -> None:
    """Let somebody in by their password alone, who lost telephone and recovery codes.

    What they were signed in with ends. Refused for the own one, which is switched off on the own
    page, and where there is none.
    """
    if user.pk == by.pk:
        raise Refused(_("Your own second factor is changed on your own page."))
    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise Refused(_("%(name)s has no second factor.") % {"name": user})
    end_everything_else(user=user, digest="", by=by)
    audit.record(action=AuditAction.SECOND_FACTOR_RESET, by=by, on=user, reason=reason)


# --- programs -------------------------------------------------------------------------------------
@transaction.atomic
def make_token(
    *, user: User, name: str, days: int, by: User, scope: str = ApiToken.Scope.ALL
) -> str:
    """The token, which nobody can read again afterwards; ``scope`` says what it opens.

    Refused for a name that is in use, and beyond ``MOST_TOKENS``.
    """
    # One after the other, or two requests at once would pass the limit.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    kept = user.api_tokens.exclude(expires_at__lte=timezone.now())
    user.api_tokens.exclude(pk__in=kept).delete()
    if kept.filter(name=name).exists():
        raise Refused(_("A token of this name exists: choose another name, or revoke it first."))
    if kept.count() >= tokens.MOST_TOKENS:
        raise Refused(_("No more than %(n)s tokens at a time.") % {"n": tokens.MOST_TOKENS})

    token = _add_token(user, name, days, scope)
    narrowed = {} if scope == ApiToken.Scope.ALL else {"scope": str(scope)}
    audit.record(action=AuditAction.TOKEN_CREATE, by=by, on=user, name=name, days=days, **narrowed)
    return token


@transaction.atomic
def renew_token(
    *,
    user: User,
    name: str,
    days: int,
    by: User,
    address: str | None,
    factors: list[str],
    scope: str = ApiToken.Scope.ALL,
) -> str:
    """A new token in place of the one of this name: what a sign-in by password gives."""
    ApiToken.objects.filter(user=user, name=name).delete()
    token = make_token(user=user, name=name, days=days, by=by, scope=scope)
    audit.record(action=AuditAction.API_SIGN_IN, by=by, on=user, address=address, factors=factors)
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """Make one token worthless."""
    ApiToken.objects.filter(pk=token.pk).delete()
    audit.record(action=AuditAction.TOKEN_REVOKED, by=by, on=token.user, name=token.name)


@transaction.atomic
def revoke_tokens(*, user: User, by: User | None) -> int:
    """Make all tokens of ``user`` worthless; returns how many there were."""
    revoked, _by_model = ApiToken.objects.filter(user=user).delete()
    audit.record(action=AuditAction.TOKEN_REVOKED, by=by, on=user, tokens=revoked)
    return revoked


def _add_token(user: User, name: str, days: int, scope: str) -> str:
    """The new token in full, which is stored nowhere; its row keeps the digest and a beginning."""
    token = tokens.new_token()
    now = timezone.now()
    ApiToken.objects.create(
        user=user,
        name=name,
        digest=tokens.digest_of(token),
        beginning=token[: tokens.SHOWN],
        scope=scope,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token
