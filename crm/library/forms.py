from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from core import texts
from core.forms import AddressField, Form
from core.pictures import LONGEST_SIDE, DrawnPicture, read_picture
from core.refusals import Refused
from crm.library.colours import COLOURS, LibraryColour

#: The head of a page is 48 pixels high; this is enough for every screen.
LONGEST_LOGO = 480


class NamesForm(Form):
    """What the library is called, in both languages."""

    zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    en = forms.CharField(
        label=_("Name in English"),
        max_length=80,
        required=False,
        help_text=_("Readers see it in their own language, and the other one where one is empty."),
    )

    def clean(self) -> None:
        """An empty name says something; a name that was not sent at all takes no other away."""
        super().clean()
        if any(self.add_prefix(name) not in self.data for name in self.fields):
            raise ValidationError(_("The form came without the names, so nothing was changed."))

    def clean_zh(self) -> str:
        """The name in one line, without control characters; it may be empty."""
        return texts.one_line(self.cleaned_data["zh"])

    def clean_en(self) -> str:
        """The name in one line, without control characters; it may be empty."""
        return texts.one_line(self.cleaned_data["en"])


class PictureForm(Form):
    """A picture for pages and letters, and what is to be seen on it.

    ``longest``: what its longer side is drawn to at most, in pixels.
    """

    longest = LONGEST_SIDE

    file = forms.FileField(
        label=_("Picture"),
        max_length=4096,
        help_text=_("JPEG, PNG or WebP, up to 8 MB. It is drawn anew; nothing else is kept of it."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = forms.CharField(
        label=_("What is to be seen"),
        max_length=120,
        help_text=_("For those who do not see it; many mail programs load no pictures."),
    )

    def clean_file(self) -> DrawnPicture:
        """The picture drawn anew, as it may be kept; the error says what is wrong with the file."""
        try:
            return read_picture(self.cleaned_data["file"].read(), longest=self.longest)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None

    def clean_alt(self) -> str:
        """The words in one line, without control characters."""
        return texts.one_line(self.cleaned_data["alt"])


class LogoForm(PictureForm):
    """The library's logo, and what is to be seen on it."""

    longest = LONGEST_LOGO

    def __init__(self, *args, **kwargs):
        """As any picture, with an example of its own beside the words."""
        super().__init__(*args, **kwargs)
        self.fields["alt"].help_text = _(
            "For those who do not see it, for example: Logo of the university library"
        )


class ColourForm(Form):
    """One of the colours there are."""

    colour = forms.ChoiceField(
        label=_("Colour of pages"),
        choices=[(code, colour.name) for code, colour in COLOURS.items()],
        widget=forms.RadioSelect,
    )

    def offers(self) -> list[tuple[BoundWidget, LibraryColour]]:
        """Each choice as a button, with what it looks like, in the order of ``COLOURS``."""
        return list(zip(self["colour"], COLOURS.values(), strict=True))


class SendersForm(Form):
    """From which addresses mails come, and where answers to them go; each may be left empty."""

    notices = AddressField(
        label=_("Sender of notices"),
        required=False,
        help_text=_("Answers to voices, confirmations, account mail. Readers wait for these."),
    )
    promotion = AddressField(
        label=_("Sender of everything else"),
        required=False,
        help_text=_(
            "Events, surveys, calls for works. Best below a domain of its own, such as "
            "mail.library.example.edu: complaints about these then keep no notice back. "
            "Empty: the sender of notices."
        ),
    )
    reply = AddressField(
        label=_("Where answers go"),
        required=False,
        help_text=_("A mailbox that somebody reads. Empty: the sender of notices."),
    )
    back = AddressField(
        label=_("Where mail comes back to"),
        required=False,
        help_text=_(
            "A mailbox for what could not be delivered, best of its own: returns@library.example."
            " Each mail leaves from an address below it (returns+…@), so your mail server has to"
            " put these into the one mailbox. Empty: nothing is known of what comes back."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of letters to who has chosen none"),
        required=False,
        choices=lambda: [("", _("as the machine's settings say")), *settings.LANGUAGES],
    )

    def clean_back(self) -> str:
        """The address; refused where a sign in it would be taken for the sign of one mail."""
        address = self.cleaned_data["back"]
        if "+" in address.partition("@")[0]:
            raise ValidationError(_("Please give the mailbox itself, without a “+” in it."))
        return address


class HourRateForm(Form):
    """What one hour of staff time is counted with."""

    rate = forms.DecimalField(
        label=_("One hour of staff time, CNY"),
        min_value=1,
        max_value=100_000,
        max_digits=8,
        decimal_places=2,
        required=False,
        help_text=_("Empty: as the machine's settings say."),
    )
