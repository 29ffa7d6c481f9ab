from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import PlausibleDay
from core.forms import DayInput, Form
from crm.readers.models import Reader
from crm.standings.models import Then

#: Somebody may teach here since long before there was anything to plan.
FIRST = date(1930, 1, 1)


class StandingForm(Form):
    """What somebody is, from when, until when."""

    kind = forms.ChoiceField(label=_("What they are"), choices=Reader.Kind.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"] = self.day(_("First day"), _("Empty: not recorded."))
        self.fields["ends_on"] = self.day(_("Last day"), _("Empty: no end is set."))
        self.fields["then"] = forms.ChoiceField(
            label=_("Afterwards"),
            choices=[("", _("what is usual: students become alumni, others leave")), *Then.choices],
            required=False,
        )

    @staticmethod
    def day(label, help_text) -> forms.DateField:
        """One end, which may be missing."""
        return forms.DateField(
            label=label,
            help_text=help_text,
            required=False,
            widget=DayInput,
            validators=[PlausibleDay(first=FIRST)],
        )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned
