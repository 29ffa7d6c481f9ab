from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import AddressField, Form
from crm.accounts.models import ApiToken
from crm.accounts.tokens import LIFETIMES


def lifetimes() -> list[tuple[int, str]]:
    """The choices of how long a token is valid, the one offered first.

    [(days, words)], in the present language.
    """
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in LIFETIMES]


class SignInLinkForm(Form):
    """The address that a link to sign in is mailed to."""

    email = AddressField(label=_("E-mail"))


class TokenForm(Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        help_text=_("The name of the program or the machine that will use it."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=lifetimes, coerce=int)
    scope = forms.TypedChoiceField(
        label=_("May be used for"),
        choices=ApiToken.Scope.choices,
        required=False,
        empty_value=ApiToken.Scope.ALL,
        help_text=_("A machine at a gate needs no more than to deliver activities."),
    )


class SecondFactorForm(Form):
    """Why a second factor is reset, for the audit trail."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("For example: telephone lost, known to me, came to the desk on 3 March."),
    )
    recognised = forms.BooleanField(
        label=_("I have recognised this person myself, not by telephone or mail alone.")
    )
