"""Forms for what readers say and for the staff who answer."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import READ_TO, AddressField, Form, ModelForm
from crm.staff.forms import TrappedForm
from crm.staff.models import User
from feedback.voices import codes
from feedback.voices.models import Voice


class ClientIdForm(Form):
    """A form whose page carries an id made when it was first shown: sent twice, it is kept once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, initial=None, **kwargs):
        """``initial`` may hold the id of a draft; else one is made up."""
        # What is given wins: a draft that is opened again keeps its id.
        given = initial or {}
        super().__init__(*args, initial={"client_id": uuid4()} | given, **kwargs)


class VoiceForm(ClientIdForm, TrappedForm, ModelForm):
    text = forms.CharField(
        label=_("What would you like to tell us?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = AddressField(
        label=_("E-mail for the answer"),
        required=False,
        help_text=_(
            "Only if you want the answer by mail. You can always follow it with the reference."
        ),
    )

    class Meta:
        model = Voice
        fields = ["kind", "category", "text", "campus", "email"]
        widgets = {"kind": forms.RadioSelect}

    field_order = ["kind", "text", "category", "campus", "email"]


class FollowForm(Form):
    """Reference and code, read off paper or over the telephone."""

    reference = forms.CharField(label=_("Reference"), max_length=40)
    secret = forms.CharField(label=pgettext_lazy("voice", "Code"), max_length=40)

    def clean_reference(self):
        """As it was given out."""
        return codes.reference_of(self.cleaned_data["reference"])

    def clean_secret(self):
        """As it was given out."""
        return codes.given_out(self.cleaned_data["secret"])


class MessageForm(TrappedForm):
    text = forms.CharField(
        label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )

    field_order = ["text"]


class AnswerForm(Form):
    text = forms.CharField(
        label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    internal = forms.BooleanField(
        label=_("Internal note"),
        required=False,
        help_text=_(
            "Colleagues see it. It is not sent, and the reader finds it in the file of their data."
        ),
    )
    # How much of the conversation stands beside it (``feedback.voices.turns``).
    read_to = forms.CharField(required=False, widget=forms.HiddenInput)

    def beside(self, mark: str) -> "AnswerForm":
        """This form, shown beside a conversation that has come as far as ``mark`` says.

        Also one that was refused: what it is sent with next is what its writer reads now.
        """
        self.initial[READ_TO] = mark
        if self.is_bound:
            self.data = self.data.copy()
            self.data[READ_TO] = mark
        return self


class ShortAnswerForm(AnswerForm):
    """An answer and nothing else, as it is written in a line."""

    internal = None


class AssignForm(Form):
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("With whom"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args, **kwargs):
        """Offers whoever is of the staff now."""
        super().__init__(*args, **kwargs)
        # Asked for here and not with the class, or it would be the staff of when the process began.
        staff = User.objects.filter(is_active=True).exclude(role=User.Role.READER)
        self.fields["to"].queryset = staff.order_by("username")


class ConcludeForm(Form):
    done = forms.CharField(
        label=_("What we did"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.BooleanField(
        label=_("Show under “you said, we did”"),
        required=False,
        help_text=_("Everybody reads there the wording below, and no name."),
    )
    public_text = forms.CharField(
        label=_("Wording for everybody"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "It begins with the reader's words. Take out anything that points at a person: what"
            " they wrote to you stays as it is."
        ),
    )
    looked = forms.BooleanField(
        label=_("I have read the wording: nothing in it points at a person"), required=False
    )
    close = forms.BooleanField(label=_("Close the matter"), required=False)

    @classmethod
    def of(cls, voice: Voice) -> "ConcludeForm":
        """As the matter stands; the wording begins with what the reader wrote, until somebody has
        changed it.
        """
        wording = voice.public_text or voice.text
        return cls(initial={"done": voice.done, "shown": voice.shown, "public_text": wording})

    def clean(self):
        """What is shown to everybody says what was done, and has a wording that somebody has read.

        Nothing is asked of a voice that is not shown.
        """
        said = super().clean()
        if not said.get("shown"):
            return said
        if not said.get("done"):
            self.add_error("done", _("Say what was done: only that can be shown."))
        if "public_text" not in self.errors and not said.get("public_text"):
            self.add_error("public_text", _("Without a wording there is nothing to show."))
        if not said.get("looked"):
            self.add_error("looked", _("Please read the wording first, and tick this."))
        return said
