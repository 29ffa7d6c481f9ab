"""Signing in for programs: a token for a name, a password and the code of the second factor.

The code is asked for where the second factor is set up.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied, Throttled
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from core import visitors
from core.api import StrictSerializer
from core.refusals import Refused
from crm.accounts.actions import renew_token, revoke_token, revoke_tokens
from crm.accounts.models import ApiToken
from crm.accounts.tokens import LIFETIMES, UNNAMED
from crm.staff import guesses, slowing
from crm.staff.models import User


class SignInRefused(APIException):
    """One answer for whatever was wrong, so that names cannot be found out."""

    status_code = 401
    default_detail = _("Wrong name, password or code.")
    default_code = "refused"


class TooManyTokens(APIException):
    status_code = 409
    default_code = "too_many"


class Slowed(Throttled):
    """Too many wrong entries from this network; with the ticket one more is looked at later."""

    def __init__(self, wait: slowing.Wait):
        """The answer names the seconds to wait, and the ticket to come back with."""
        super().__init__(wait=wait.seconds)
        self.detail = {"detail": self.detail, "ticket": wait.ticket}


class SignInSerializer(StrictSerializer):
    username = serializers.CharField(max_length=254, help_text=_("User name or e-mail."))
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(
        max_length=20,
        required=False,
        help_text=_("Needed where two-factor authentication is set up."),
    )
    name = serializers.CharField(
        max_length=60,
        default=UNNAMED,
        help_text=_("What the token is for. A token of the same name is replaced."),
    )
    days = serializers.ChoiceField(
        choices=LIFETIMES, default=LIFETIMES[0], help_text=_("How long the token is valid.")
    )
    scope = serializers.ChoiceField(
        choices=ApiToken.Scope.choices,
        default=ApiToken.Scope.ALL,
        help_text=_("What the token may be used for."),
    )
    ticket = serializers.CharField(
        max_length=200,
        required=False,
        help_text=_("From an answer 429 that asked to wait; send it again after Retry-After."),
    )


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class TokenView(APIView):
    """Token for the header ``Authorization: Token …``; DELETE makes it worthless.

    A token is told this once: only its digest is kept.
    """

    def get_permissions(self):
        """Anybody may ask for a token with a name and a password; all else wants one.

        As the REST framework asks for it, once for each request.
        """
        if self.request.method == "POST":
            return [AllowAny()]
        return [IsAuthenticated()]

    def get_authenticators(self):
        """Nobody's where a token is asked for; by token or session elsewhere.

        A request without a method, as for the documentation, counts as any other than a POST.
        """
        # A browser's session must not be needed, nor its cookie ask for a CSRF token, to sign in by
        # password.
        if self.request and self.request.method == "POST":
            return []
        return super().get_authenticators()

    @extend_schema(
        operation_id="token_create",
        summary=_("Sign in: a token for the header Authorization"),
        request=SignInSerializer,
        responses={
            200: TokenSerializer,
            401: OpenApiResponse(description=_("Wrong name, password or code.")),
            409: OpenApiResponse(description=_("Too many tokens: revoke one first.")),
        },
    )
    def post(self, request):
        """Sign in. Five wrong entries lock the account, here and on the page."""
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        typed = dict(body.validated_data)
        name = typed.pop("name")
        days = typed.pop("days")
        scope = typed.pop("scope")
        # allauth's adapter takes Django's own request, not the framework's.
        user, used = sign_in(request._request, **typed)

        address = visitors.address_of(request)
        try:
            token = renew_token(
                user=user,
                name=name,
                days=days,
                by=user,
                address=address,
                factors=["password", *used],
                scope=scope,
            )
        except Refused as refusal:
            raise TooManyTokens(str(refusal)) from refusal
        return Response({"token": token})

    @extend_schema(
        operation_id="token_delete",
        summary=_("Sign out: the token is worthless"),
        request=None,
        responses={204: None},
    )
    def delete(self, request):
        """The token of this request is worth nothing from now on; asked by a browser, all are."""
        if isinstance(request.auth, ApiToken):
            revoke_token(token=request.auth, by=request.user)
        else:
            revoke_tokens(user=request.user, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def sign_in(
    request, *, username: str, password: str, code: str = "", ticket: str = ""
) -> tuple[User, list[str]]:
    """The user, and the second factor used, through the same adapter, counter and lock as the page.

    Raises SignInRefused (401), PermissionDenied (403) where the address must be confirmed or a
    second factor set up first, Throttled (429) while the name is locked, Slowed (429) while the
    network is slowed down.
    """
    wait = slowing.wait_of(visitors.network_of(request), ticket)
    if wait is not None:
        raise Slowed(wait)

    user = _user_with_password(request, username, password)
    if not has_verified_email(user):
        raise PermissionDenied(_("Confirm your e-mail address on the sign-in page first."))
    used = _check_second_factor(request, user, code)
    guesses.forget(user)
    return user, used


def _user_with_password(request, username: str, password: str) -> User:
    """Raises SignInRefused for wrong credentials, and the throttle for too many tries."""
    with _lock_as_throttle():
        user = get_adapter().authenticate(request, password=password, username=username)
    # The same answer for an account that is shut: a guessed password must not be confirmed.
    if user is None or not user.may_sign_in:
        raise SignInRefused
    return user


def _check_second_factor(request, user: User, code: str) -> list[str]:
    """What was used, nothing where none is set up.

    Raises 403 where a second factor must be set up first, 401 for a wrong code."""
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        if user.must_have_second_factor:
            raise PermissionDenied(_("Set up two-factor authentication on the page first."))
        return []

    with _lock_as_throttle():
        used = get_adapter().use_code(request, user, code)
    if used is None:
        raise SignInRefused
    return [str(used.type)]


@contextmanager
def _lock_as_throttle() -> Iterator[None]:
    """A lock after wrong entries inside, which comes as ValidationError, becomes a 429."""
    try:
        yield
    except ValidationError as locked:
        raise Throttled(detail=locked.messages[0]) from locked
