"""Forms of segments: name and description, a decision by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.addresses import normal_number
from core.forms import Form, ModelForm
from crm.segments.models import Segment


class SegmentForm(ModelForm):
    class Meta:
        model = Segment
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


def is_in(decision: str) -> bool:
    return decision == "in"


class PinForm(Form):
    """A reader who is always in a segment or never, and why."""

    number = forms.CharField(label=_("Reader number"), max_length=64)
    include = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("in", _("Always in")), ("out", _("Always out"))],
        coerce=is_in,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_number(self):
        return normal_number(self.cleaned_data["number"])
