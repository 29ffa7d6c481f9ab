"""The form that adds a listed collection."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import Form

#: Bytes of a list as a file.
MOST_BYTES = 8 << 20


class CollectionForm(Form):
    """A name and the numbers of the items, one on a line, typed or as a file of text."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    items = forms.CharField(
        label=_("Numbers of the items"),
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_(
            "Barcodes, ISBN or numbers of records, one on a line, 200 at least. Only keys of them"
            " are kept, which lead back to no item."
        ),
    )
    file = forms.FileField(
        label=_("Or a file with one on each line"),
        required=False,
        widget=forms.FileInput({"accept": ".txt,.csv"}),
    )

    def clean_file(self):
        """The file, or None where the list is typed. Refused where it is larger than 8 MB."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 8 MB."))
        return file

    def lines(self) -> list[str]:
        """The numbers that were given, typed ones first; of a line with several cells the first.

        Empty lines and repeated numbers are among them. What is no UTF-8 is left out. The file can
        be read once only.
        """
        text = self.cleaned_data["items"]
        file = self.cleaned_data["file"]
        if file:
            text += "\n" + file.read().decode("utf-8-sig", errors="ignore")
        return [line.split(",")[0].split("\t")[0].strip(' "') for line in text.splitlines()]
