"""Forms for one reader and their consents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.addresses import normal_number
from core.forms import AddressField, DayInput, Form, ModelForm
from crm.readers.models import ContactChannel, Purpose, Reader, StopReason
from crm.staff.models import Campus, User


def is_yes(said: str) -> bool:
    """What was said about a channel, as consent given or not; everything but "yes" is a no."""
    return said == "yes"


class ReaderForm(ModelForm):
    """What staff may correct by hand; number and source stay, they are the identity."""

    class Meta:
        model = Reader
        fields = [
            "name",
            "kind",
            "campus",
            "college",
            "cohort",
            "birth_year",
            "email",
            "phone",
            "language",
            "state",
        ]

    email = AddressField(label=_("E-mail"), required=False)

    agreed_again = forms.BooleanField(
        label=_("What the reader allowed holds for the new address too; they said so"),
        required=False,
        help_text=_(
            "Consent belongs to the address it was given for. Without this word nothing is sent to"
            " another address until the reader agrees to it."
        ),
    )

    def __init__(self, *args, by: User, **kwargs):
        """``by`` decides which campuses may be chosen: their own alone, where
        they belong to one.
        """
        super().__init__(*args, **kwargs)

        # Nobody comes into what is no longer there; who was in it stays.
        for name in ("campus", "college"):
            places = self.fields[name].queryset
            self.fields[name].queryset = places.to_choose(getattr(self.instance, f"{name}_id"))

        # Staff of one campus can neither send a reader to another nor out of their own sight.
        self.fields["campus"].required = bool(by.campus_id)
        if by.campus_id:
            self.fields["campus"].queryset = Campus.objects.filter(pk=by.campus_id)

    def clean_agreed_again(self) -> str:
        """The source of the reader's word, as the ledger keeps it; empty without one."""
        return "staff" if self.cleaned_data["agreed_again"] else ""

    def clean_phone(self) -> str:
        """In the one normal form of numbers."""
        return normal_number(self.cleaned_data["phone"])


class StopForm(Form):
    """Why nothing is sent to a reader any more, and until when."""

    # Nothing is preset: that somebody has died is said by a person, never by a missed click.
    reason = forms.ChoiceField(
        label=_("Why nothing is sent"), choices=[("", _("Please choose")), *StopReason.choices]
    )
    until = forms.DateField(
        label=_("Up to and including"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: until somebody ends it."),
    )


class ConsentForm(Form):
    """A member of staff writes down what a reader said."""

    channel = forms.ChoiceField(label=_("Channel"), choices=ContactChannel.choices)
    purposes = forms.MultipleChoiceField(
        label=_("For what"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    granted = forms.TypedChoiceField(
        label=_("The reader"),
        choices=[("yes", _("agrees")), ("no", _("does not agree any more"))],
        coerce=is_yes,
    )
    wording = forms.CharField(
        label=_("How we know"),
        max_length=200,
        help_text=_("For example: said so at the desk on 3 March."),
    )
