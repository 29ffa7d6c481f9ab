from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.loop.models import Decision
from analytics.loop.seconds import may_decide
from core.forms import Form
from crm.staff.models import User


class SendForm(Form):
    """To whom a report is sent that waits for a decision."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("To"), empty_label=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = may_decide().exclude(email="")


class SecondForm(Form):
    """A second person's answer. Whether a reason is needed is the verb's to say."""

    agree = forms.TypedChoiceField(
        choices=[("yes", _("Agree")), ("no", _("Do not agree"))],
        coerce=lambda answer: answer == "yes",
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecideForm(Form):
    """One of three answers to a proposal. What is required together is the verb's to say."""

    verdict = forms.ChoiceField(choices=Decision.Verdict.choices)
    value = forms.FloatField(required=False, label=_("Value instead"))
    reason = forms.CharField(
        required=False,
        max_length=500,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is read again when the next campaign is evaluated."),
    )
