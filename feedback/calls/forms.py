"""Forms for calls, works and reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelForm, MomentInput
from crm.staff.forms import TrappedForm
from feedback.calls.models import Call, Review, Submission
from feedback.voices.forms import ClientIdForm


class CallForm(ModelForm):
    class Meta:
        model = Call
        fields = [
            "title",
            "slug",
            "campaign",
            "brief",
            "rules",
            "licence",
            "longest",
            "opens_at",
            "closes_at",
            "published",
        ]
        error_messages = {
            "slug": {
                "invalid": _(
                    "Only letters from a to z, digits, hyphens and low lines, without spaces."
                )
            }
        }
        widgets = {"opens_at": MomentInput, "closes_at": MomentInput}
        help_texts = {
            "slug": _("Small letters and hyphens; becomes part of the address."),
            "licence": _("Authors agree to exactly these words; they are kept with each work."),
        }


class WorkForm(ClientIdForm, TrappedForm, ModelForm):
    #: What belongs to the work; the other fields are about sending it.
    WRITTEN = ("client_id", "title", "text", "pen_name")

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 12}))
    agreed = forms.BooleanField(
        label=_("I made this myself and agree to the licence below"), required=False
    )

    class Meta:
        model = Submission
        fields = ["title", "text", "pen_name"]
        help_texts = {"pen_name": _("Printed with the work. Empty: no name.")}

    def __init__(self, *args, longest: int, **kwargs):
        """``longest``: how many characters the call takes."""
        super().__init__(*args, **kwargs)
        self.longest = longest

    def clean_text(self):
        """A text that is not longer than the call takes."""
        text = self.cleaned_data["text"]
        # Here and not on the field, since each call sets its own limit.
        if len(text) > self.longest:
            raise forms.ValidationError(
                _("%(length)d characters; this call takes up to %(longest)d."),
                params={"length": len(text), "longest": self.longest},
            )
        return text


class ReviewForm(ModelForm):
    class Meta:
        model = Review
        fields = ["score", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class PublishForm(Form):
    thanks = forms.CharField(
        label=_("Thanks to the author"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
