from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from django import forms
from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import traps
from core.forms import AddressField, Form, ModelForm
from crm.staff import screening
from crm.staff.models import User
from crm.staff.words import account_waits


class UserForm(ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"campus": _("Campus"), "is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}

    sure = forms.BooleanField(
        required=False,
        label=_("This person works here: their reader's account may open the desk."),
    )

    def __init__(self, *args, **kwargs):
        """Only an account of a reader is asked whether this person works here."""
        super().__init__(*args, **kwargs)
        self.was_reader = self.instance.role == User.Role.READER
        if not self.was_reader:
            del self.fields["sure"]

    def clean(self):
        """A reader becomes staff only where somebody says so beside it.

        The box is asked for only where the account was a reader's; it is no part of what is saved.
        """
        cleaned = super().clean()
        is_sure = cleaned.pop("sure", False)
        becomes_staff = self.was_reader and cleaned.get("role") != User.Role.READER
        if becomes_staff and not is_sure:
            self.add_error(
                "sure",
                _(
                    "This is a reader's account. With this role it sees data of other readers: tick"
                    " the box if the person works here."
                ),
            )
        return cleaned


class Unprompted:
    """Mixed into allauth's forms, which repeat a field's label as its placeholder."""

    def __init__(self, *args, **kwargs):
        """The label stands above the field and stays there while one types."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Unprompted, account_forms.LoginForm):
    """Says how long somebody stays signed in: no session is longer than that."""

    def __init__(self, *arguments, **more):
        """The label says for how many hours at most somebody stays signed in."""
        super().__init__(*arguments, **more)
        hours = settings.SESSION_COOKIE_AGE // 3600
        self.fields["remember"].label = ngettext(
            "Keep me signed in when I close the browser, for %(n)s hour at most. Not on a computer"
            " that others use.",
            "Keep me signed in when I close the browser, for %(n)s hours at most. Not on a computer"
            " that others use.",
            hours,
        ) % {"n": hours}


# --- what may be guessed (allauth's forms, counted in one counter) --------------------------------
class CountedCode:
    """Mixed into allauth's forms that ask for a code of the second factor."""

    def clean_code(self) -> str:
        """The code, spent by this: ValidationError for one that is wrong or was used."""
        code = self.cleaned_data["code"]
        used = get_adapter().use_code(context.request, self.user, code)
        if used is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = used
        return code


class AuthenticateForm(Unprompted, CountedCode, mfa_forms.AuthenticateForm):
    """The second factor at the door."""


class ReauthenticateForm(Unprompted, CountedCode, mfa_forms.ReauthenticateForm):
    """The second factor again, before something that matters."""

    def save(self) -> None:
        """As at the sign-in, what may do more has another key."""
        context.request.session.cycle_key()
        super().save()


class ChangePasswordForm(Unprompted, account_forms.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        """Counted: a session that was left open must not be a place to guess the password.

        ValidationError for a wrong one, and where too many were typed.
        """
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class PasswordAgainForm(Unprompted, account_forms.ReauthenticateForm):
    """The password once more, before a step that an open browser must not give away."""


class ResetPasswordKeyForm(Unprompted, account_forms.ResetPasswordKeyForm):
    def save(self) -> None:
        """A new password ends the lock, too: its owner has shown who they are."""
        super().save()
        get_adapter().clear_by_reset(self.user)


# --- what anybody may send in ---------------------------------------------------------------------
class TrappedForm(Form):
    """A public form with two fields that tell a program from a person.

    Its page shows ``website`` to nobody; ``trapped`` is what both say.
    """

    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"}),
    )
    t = forms.CharField(required=False, initial=traps.stamp, widget=forms.HiddenInput)

    @property
    def trapped(self) -> str:
        """Why this looks automatic, or an empty text (``core.traps``).

        Ask it of a valid form. "honeypot", "unread" or "fast".
        """
        return traps.suspicion(self.cleaned_data["website"], self.cleaned_data["t"])


class TakesAddress:
    """Mixed into allauth's forms that ask for an address: checked as everywhere, and in small
    letters, as allauth keeps the addresses of accounts.
    """

    def __init__(self, *args, **kwargs):
        """In place of allauth's own field one of ours, which is otherwise like it."""
        super().__init__(*args, **kwargs)
        known = self.fields["email"]
        self.fields["email"] = AddressField(
            label=known.label, required=known.required, widget=known.widget
        )

    def clean_email(self) -> str:
        """In small letters, as allauth looks it up."""
        self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        return super().clean_email()


class AddEmailForm(Unprompted, TakesAddress, account_forms.AddEmailForm):
    """Another address for one's account."""


class ResetPasswordForm(Unprompted, TakesAddress, account_forms.ResetPasswordForm):
    """Where the link to a new password is mailed."""


class SignupForm(Unprompted, TakesAddress, TrappedForm, account_forms.SignupForm):
    """Under fourteen nobody agrees by themselves (PIPL, article 31). Only the answer is asked for
    and nothing is stored: a date of birth would be one more thing to keep.
    """

    old_enough = forms.BooleanField(
        label=_("I am fourteen or older, and have read “What the library computes about you”"),
        error_messages={
            "required": _(
                "Fourteen or older? Then tick this box. Younger? Then come to the library's desk"
                " with a parent or guardian: they agree there, and you are mailed a link to your"
                " account."
            )
        },
    )

    def try_save(self, request):
        """Open the account as always; whether it looks automatic is kept beside it.

        (user, None), or (None, response) where there is an account with this address already.
        """
        suspected = screening.suspicion_of(request, screening.SIGN_UPS, self.trapped)
        user, response = super().try_save(request)
        # Said whether there was such an account or not: the answer must not tell.
        if suspected:
            messages.info(request, account_waits())
        if user and suspected:
            user.suspected = suspected
            user.save(update_fields=["suspected"])
        return user, response
