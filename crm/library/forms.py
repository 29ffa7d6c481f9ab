from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import texts
from core.forms import Form
from core.pictures import LONGEST_SIDE, DrawnPicture, read_picture
from core.refusals import Refused

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
        return texts.one_line(self.cleaned_data["zh"])

    def clean_en(self) -> str:
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
        """The picture as it may be kept."""
        try:
            return read_picture(self.cleaned_data["file"].read(), longest=self.longest)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None

    def clean_alt(self) -> str:
        return texts.one_line(self.cleaned_data["alt"])


class LogoForm(PictureForm):
    """The library's logo, and what is to be seen on it."""

    longest = LONGEST_LOGO

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alt"].help_text = _(
            "For those who do not see it, for example: Logo of the university library"
        )
