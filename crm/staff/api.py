"""Signing in for programs.

A token for a name, a password and, where it is set up, the code of the second factor.
"""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import APIException, PermissionDenied, Throttled
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import StrictSerializer
from crm.staff import audit
from crm.staff.models import SignInFailure


class Refused(APIException):
    """One answer for whatever was wrong, so that names cannot be found out."""

    status_code = 401
    default_detail = _("Wrong name, password or code.")
    default_code = "refused"


class SignInSerializer(StrictSerializer):
    username = serializers.CharField(max_length=254, help_text=_("User name or e-mail."))
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(
        max_length=20, required=False, help_text=_("Needed where two-step sign-in is set up.")
    )


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class TokenView(APIView):
    """Token for the header ``Authorization: Token …``; DELETE makes it worthless."""

    def get_permissions(self):
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_authenticators(self):
        # A browser's session must not be needed, nor its cookie ask for a CSRF token, to sign in by
        # password.
        return (
            [] if self.request and self.request.method == "POST" else super().get_authenticators()
        )

    @extend_schema(
        operation_id="token_create",
        summary=_("Sign in: a token for the header Authorization"),
        request=SignInSerializer,
        responses={
            200: TokenSerializer,
            401: OpenApiResponse(description=_("Wrong name, password or code.")),
        },
    )
    def post(self, request):
        """Sign in. Five wrong attempts lock the name from this address, as on the page."""
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = sign_in(request._request, **body.validated_data)
        with transaction.atomic():
            token, _created = Token.objects.get_or_create(user=user)
            audit.record(
                action="api.sign-in",
                by=user,
                on=user,
                address=get_adapter().get_client_ip(request._request),
            )
        return Response({"token": token.key})

    @extend_schema(
        operation_id="token_delete",
        summary=_("Sign out: the token is worthless"),
        request=None,
        responses={204: None},
    )
    def delete(self, request):
        """Sign out everywhere: the token is worth nothing from now on."""
        with transaction.atomic():
            Token.objects.filter(user=request.user).delete()
            audit.record(action="api.sign-out", by=request.user, on=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def sign_in(request, *, username: str, password: str, code: str = ""):
    """The user, through the same adapter and the same lock-out as the page.

    Raises 401, 403 or 429.
    """
    adapter = get_adapter()
    credentials = {"email" if "@" in username else "username": username}
    try:
        user = adapter.authenticate(request, password=password, **credentials)
    except ValidationError as locked:
        raise Throttled(detail=locked.messages[0]) from locked
    if user is None or not user.is_active:
        raise Refused
    second = user.authenticator_set.filter(type=Authenticator.Type.TOTP).first()
    if second is None and settings.STAFF_TOTP_REQUIRED and user.is_library_staff:
        raise PermissionDenied(_("Set up two-step sign-in on the page first."))
    if second is not None and not TOTP(second).validate_code(code):
        adapter.authentication_failed(request, **credentials)
        raise Refused
    names = {user.username.casefold(), user.email.casefold()}
    SignInFailure.objects.filter(name__in=names, address=adapter.get_client_ip(request)).delete()
    return user
