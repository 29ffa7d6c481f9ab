"""Forms of segments: the list's filter, name and description, a decision by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.segments.models import Segment


class SegmentFilter(forms.Form):
    SORTS = {"name": "name", "size": "size", "refreshed": "refreshed_at"}

    q = forms.CharField(label=_("Search"), required=False, max_length=80, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("stale", _("Out of date")), ("error", _("With an error"))],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def filter(self, queryset):
        """Segments that match; a wrong parameter filters nothing."""
        self.is_valid()
        if words := self.cleaned_data.get("q"):
            queryset = queryset.filter(name__icontains=words) | queryset.filter(
                description__icontains=words
            )
        if state := self.cleaned_data.get("state"):
            queryset = queryset.stale() if state == "stale" else queryset.exclude(error="")
        sort = self.cleaned_data.get("sort", "")
        key = self.SORTS.get(sort.removeprefix("-"), "name")
        return queryset.order_by(f"-{key}" if sort.startswith("-") else key, "pk")


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
