"""Forms of segments: name and description, a decision by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.segments.models import Segment


class SegmentForm(forms.ModelForm):
    class Meta:
        model = Segment
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class PinForm(forms.Form):
    number = forms.CharField(label=_("Reader number"), max_length=64)
    include = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("in", _("Always in")), ("out", _("Always out"))],
        coerce=lambda value: value == "in",
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
