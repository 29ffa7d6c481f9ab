"""Forms for one reader and their consents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.addresses import LONGEST, BadAddress, normal_number, typed_address
from core.forms import Form, ModelForm
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.staff.models import Campus, User


def is_yes(said: str) -> bool:
    """What was said about a channel, as consent given or not."""
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
            "email",
            "phone",
            "language",
            "state",
        ]

    email = forms.CharField(
        label=_("E-mail"), required=False, max_length=LONGEST, widget=forms.EmailInput
    )

    agreed_again = forms.BooleanField(
        label=_("What the reader allowed holds for the new address too; they said so"),
        required=False,
        help_text=_(
            "Consent belongs to the address it was given for. Without this word nothing is sent to"
            " another address until the reader agrees to it."
        ),
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)

        # Staff of one campus can neither send a reader to another nor out of their own sight.
        self.fields["campus"].required = bool(by.campus_id)
        if by.campus_id:
            self.fields["campus"].queryset = Campus.objects.filter(pk=by.campus_id)

    def clean_email(self) -> str:
        """The address in its normal form, or empty: a reader need not have one."""
        typed = self.cleaned_data["email"]
        if not typed:
            return ""
        try:
            return typed_address(typed)
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error

    def clean_agreed_again(self) -> str:
        """The source of the reader's word, as the ledger keeps it; empty without one."""
        return "staff" if self.cleaned_data["agreed_again"] else ""

    def clean_phone(self) -> str:
        return normal_number(self.cleaned_data["phone"])


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
