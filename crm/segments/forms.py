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
    """Whether the choice of the form puts the reader in."""
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
        """In the one normal form of numbers, in which readers' numbers are stored."""
        return normal_number(self.cleaned_data["number"])


class OverlapForm(Form):
    """Two segments that have been computed, to be laid over each other."""

    one = forms.ModelChoiceField(label=_("One segment"), queryset=Segment.objects.none())
    other = forms.ModelChoiceField(label=_("Another one"), queryset=Segment.objects.none())

    def __init__(self, *args, viewer, **kwargs):
        """The segments that ``viewer`` may see and that have been computed, by name."""
        super().__init__(*args, **kwargs)
        computed = Segment.objects.visible_to(viewer).filter(refreshed_at__isnull=False)
        for field in self.fields.values():
            field.queryset = computed.order_by("name")

    def clean(self):
        """Two different segments: one overlaps with itself wholly. Said at the second one."""
        one, other = self.cleaned_data.get("one"), self.cleaned_data.get("other")
        if one and one == other:
            self.add_error("other", _("Choose another segment than the first one."))
        return self.cleaned_data
