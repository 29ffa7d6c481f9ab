from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Reader
from crm.registers.forms import DatedForm
from crm.standings.models import Then


class StandingForm(DatedForm):
    """What somebody is, from when, until when."""

    #: Somebody may teach here since long before there was anything to plan.
    first = date(1930, 1, 1)
    start, end = _("First day"), _("Last day")

    kind = forms.ChoiceField(label=_("What they are"), choices=Reader.Kind.choices)
    then = forms.ChoiceField(
        label=_("Afterwards"),
        choices=[("", _("what is usual: students become alumni, others leave")), *Then.choices],
        required=False,
    )
    field_order = ("kind", "starts_on", "ends_on", "then")
