from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import texts
from core.addresses import address_key
from core.forms import AddressField, Form
from crm.accounts.mail_links import Opening
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


class OwnAddressForm(Form):
    """The address of the account that a link in a mail is about; not asked for in the browser that
    asked for the link.
    """

    email = AddressField(
        label=_("Address of this account"),
        help_text=_("This browser did not ask for the link. Type the whole address to go on."),
    )

    def __init__(self, *args, address: str, asked_here: bool, **kwargs):
        """``address``: of the account; ``asked_here``: this browser asked for the link."""
        super().__init__(*args, **kwargs)
        self.address = address
        if asked_here:
            del self.fields["email"]

    def clean_email(self) -> str:
        """ValidationError for another address than that of the account, in whichever writing."""
        typed = self.cleaned_data["email"]
        if address_key(typed) != address_key(self.address):
            raise forms.ValidationError(
                _("This is another account than yours: do not go on. Ask for a link of your own.")
            )
        return typed


class OpenLinkForm(OwnAddressForm):
    """What is still asked before a link in a mail opens an account: of a new one also a name."""

    name = forms.CharField(
        label=_("What shall we call you?"),
        max_length=60,
        required=False,
        help_text=_("As you like it; left empty, by the beginning of your address."),
    )
    old_enough = forms.BooleanField(
        label=_("I am fourteen or older, and have read “What the library computes about you”")
    )

    def __init__(self, *args, opening: Opening, **kwargs):
        """An account that there is already is asked neither for a name nor for an age."""
        super().__init__(*args, address=opening.address, **kwargs)
        if opening.user is not None:
            del self.fields["old_enough"], self.fields["name"]

    def clean_name(self) -> str:
        """The name in one line; what stands before the @ where none was given."""
        name = texts.one_line(self.cleaned_data["name"])
        return name or self.address.partition("@")[0][:60]


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
