"""Forms on a person's own data."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.characters import is_blank
from core.forms import AddressField, DayInput, Form, ModelForm, MomentInput
from core.terms import Term
from crm.privacy.models import Assessment, Correction, Incident
from crm.privacy.reasons import ERASE_REASONS
from crm.readers.bearers import bears
from crm.readers.models import ContactChannel, Purpose, Reader, permissions

#: Between two looks at the impact assessment.
LONGEST_BETWEEN = timedelta(days=366)


class PreferencesForm(Form):
    """The whole matrix: one box for each channel and purpose."""

    def __init__(self, *args, **kwargs):
        """A box for each channel and purpose, as the person may say yes to them one by one."""
        super().__init__(*args, **kwargs)
        for channel in ContactChannel.values:
            for key in permissions(channel):
                self.fields[key] = forms.BooleanField(required=False)


class CorrectionForm(ModelForm):
    class Meta:
        model = Correction
        fields = ["field", "wanted"]

    def clean_wanted(self) -> str:
        """A text with at least one visible letter.

        ValidationError for white space and signs that nobody sees.
        """
        wanted = self.cleaned_data["wanted"]
        if is_blank(wanted):
            raise forms.ValidationError(_("Say what should stand there."))
        return wanted


class DecisionForm(Form):
    """What staff say to a correction."""

    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("corrected")), ("no", _("stays as it is"))],
    )
    answer = forms.CharField(label=_("Word to the reader"), max_length=300, required=False)

    def clean(self):
        """Whoever refuses says why.

        The error stands on ``answer``.
        """
        cleaned = super().clean()
        if cleaned.get("granted") == "no" and not cleaned.get("answer"):
            self.add_error("answer", _("Say why it stays as it is."))
        return cleaned


class AddressForm(Form):
    address = AddressField(label=_("E-mail address"))


class WechatForm(Form):
    """The openid of a person's own account. Platforms make it of letters, digits and two signs."""

    openid = forms.RegexField(
        r"^[A-Za-z0-9_-]{16,64}$",
        label=_("Your openid"),
        help_text=_("The library's WeChat account tells it to you: 28 letters and digits."),
        error_messages={"invalid": _("This is no openid: it has letters, digits, - and _ alone.")},
    )


class ChildForm(Form):
    """An account for somebody under fourteen, with a guardian's consent given at the desk."""

    name = forms.CharField(label=_("Name of the child"), max_length=120)
    email = AddressField(
        label=_("E-mail"),
        help_text=_(
            "The link to choose a password is mailed there: the child's or the guardian's."
        ),
    )
    guardian = forms.CharField(label=_("Name of the guardian"), max_length=80)
    relation = forms.ChoiceField(
        label=_("Relation to the child"),
        choices=[
            ("mother", _("mother")),
            ("father", _("father")),
            ("other", _("another guardian")),
        ],
    )
    day = forms.DateField(label=_("Day of the consent"), widget=DayInput)
    purposes = forms.MultipleChoiceField(
        label=_("The guardian agrees to mail for"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one; each can be withdrawn at any time."),
    )
    identified = forms.BooleanField(
        label=_("I have seen the guardian's identity card, and they have read the privacy notice.")
    )

    def clean_day(self) -> date:
        """Today or before.

        ValidationError for a later day. By the local date.
        """
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is yet to come."))
        return day


class CodeForm(Form):
    code = forms.CharField(
        label=_("Code from the letter"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    agreed_again = forms.BooleanField(
        label=_("What I allowed holds for this address too"),
        required=False,
        help_text=_("Without it nothing is sent here until you choose anew on your page."),
    )

    def clean_code(self) -> str:
        """Without the spaces that a phone puts in.

        Whether it is the right one is asked by the verb.
        """
        return "".join(self.cleaned_data["code"].split())


class LeaveForm(Form):
    """The person types their own number, so that nobody leaves by a slip of the finger."""

    number = forms.CharField(label=_("Your reader number, to confirm"), max_length=64)

    def __init__(self, *args, reader: Reader, **kwargs):
        """``reader``: one of whose numbers must be typed."""
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_number(self) -> str:
        """A number of the reader's, in whichever writing; an error for any other."""
        typed = self.cleaned_data["number"]
        if not bears(self.reader, typed):
            raise forms.ValidationError(_("This is not your reader number."))
        return typed


class EraseForm(LeaveForm):
    """Staff erase somebody who asked for it."""

    reason = forms.ChoiceField(label=_("Why"), choices=ERASE_REASONS)
    field_order = ("reason", "number")

    def __init__(self, *args, **kwargs):
        """The number is that of somebody else, so its label says whose."""
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Number of the reader, to confirm")
        self.fields["number"].error_messages["required"] = _("Type the number.")


class IncidentForm(ModelForm):
    class Meta:
        model = Incident
        fields = [
            "title",
            "noticed_at",
            "concerned",
            "measures",
            "told_authority_at",
            "told_readers_at",
            "closed_at",
        ]
        widgets = {
            "noticed_at": MomentInput,
            "told_authority_at": MomentInput,
            "told_readers_at": MomentInput,
            "closed_at": MomentInput,
        }
        help_texts = {
            "concerned": _("How many people, which data; no names."),
            "told_authority_at": _("The law asks for it at once where people may come to harm."),
        }


class AssessmentForm(ModelForm):
    """The next version of the impact assessment; ``after`` is the one it follows."""

    after = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Assessment
        fields = ["what", "why", "risks", "measures", "officer", "assessed_on", "next_on"]
        widgets = {"assessed_on": DayInput, "next_on": DayInput}
        help_texts = {
            "what": _("One thing a line. The register of processing says what is kept of whom."),
            "measures": _(
                "Also what the portal cannot know: how long backups are kept, who has access to"
                " the machine and to the keys, which notice was agreed with whom."
            ),
            "officer": _("The data officer by name, and whoever was asked."),
            "next_on": _("In a year at the latest, and whenever something new is done with data."),
        }

    def clean(self):
        """The next look comes after this one, and within a year.

        Errors stand on ``next_on``. A year is ``LONGEST_BETWEEN``.
        """
        cleaned = super().clean()
        assessed = cleaned.get("assessed_on")
        again = cleaned.get("next_on")
        # A date that is missing or none has its own error.
        if None in (assessed, again):
            return cleaned

        if again <= assessed:
            self.add_error("next_on", _("The next look lies after this one."))
        elif again > assessed + LONGEST_BETWEEN:
            self.add_error("next_on", _("Not later than a year after this one."))
        return cleaned


class TermForm(Form):
    """For how many days one kind of data is kept, within the bounds of its term."""

    def __init__(self, *args, term: Term, **kwargs):
        """``term``: the days must lie between its least and its most."""
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=_("Days"), min_value=term.least, max_value=term.most
        )
        # The days of which it was shown what they take; sent along with the second press.
        self.fields["seen"] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def is_seen(self) -> bool:
        """Whether a valid form's days are those whose next night was shown.

        False asks for another look before the term is kept.
        """
        return self.cleaned_data["days"] == self.cleaned_data["seen"]

    def with_days_seen(self) -> None:
        """When the page is drawn again, its days have been shown."""
        self.data = self.data.copy()
        self.data["seen"] = str(self.cleaned_data["days"])
