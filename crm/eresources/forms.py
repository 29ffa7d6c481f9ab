"""The form that takes in a COUNTER report."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.eresources.reading import MOST_BYTES, TOO_LARGE


def refuse_large(file) -> None:
    """ValidationError, before anything is read in it, for a report of more than 32 MB."""
    if file.size > MOST_BYTES:
        raise ValidationError(TOO_LARGE)


class ReportForm(Form):
    """A file of a provider."""

    file = forms.FileField(
        label=_("Report"),
        max_length=4096,
        help_text=_(
            "PR_P1, PR, a report of databases (DR) or of titles (TR), release 5 or 5.1: JSON, TSV,"
            " CSV or Excel."
            " Titles are summed while the file is read and not kept."
        ),
        widget=forms.FileInput({"accept": ".json,.tsv,.csv,.txt,.xlsx"}),
    )

    def clean_file(self):
        """The file; refused where it is too large."""
        file = self.cleaned_data["file"]
        refuse_large(file)
        return file
