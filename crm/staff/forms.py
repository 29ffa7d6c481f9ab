from django import forms
from django.utils.translation import gettext_lazy as _

from crm.staff.models import User


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"campus": _("Campus"), "is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}


class SignUpForm(forms.Form):
    """What is asked of whoever makes an account, beside what allauth asks.

    Under fourteen nobody agrees by themselves (PIPL, article 31). Only the answer is asked for and
    nothing is stored: a date of birth would be one more thing to keep.
    """

    old_enough = forms.BooleanField(
        label=_("I am fourteen or older, and have read what is computed about me"),
        error_messages={
            "required": _("Under fourteen, please let a parent or guardian agree at the desk.")
        },
    )

    def signup(self, request, user):
        """allauth asks for it; there is nothing to keep."""
