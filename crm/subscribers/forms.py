"""Subscribing, and the desk's form for somebody who asks to be forgotten."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import AddressField, Form
from crm.readers.models import Purpose
from crm.staff.forms import TrappedForm


class SubscribeForm(TrappedForm):
    address = AddressField(label=_("Your e-mail address"))
    purposes = forms.MultipleChoiceField(
        label=_("What would you like to hear about?"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    grown = forms.BooleanField(
        label=_("I am 14 or older"),
        help_text=_("For younger ones a parent subscribes, with an address of their own."),
    )

    field_order = ["address", "purposes", "language", "grown"]


class ForgetForm(Form):
    address = AddressField(
        label=_("Address"),
        help_text=_(
            "Its subscription is deleted, and no letter of any purpose goes there until its owner"
            " asks for some again."
        ),
    )
