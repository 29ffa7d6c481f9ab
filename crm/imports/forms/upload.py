"""The forms that choose a file, and a profile for it."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.kinds import FileKind, kind_named
from crm.imports.models import ImportProfile
from crm.readers.kinds import IDENTITIES, PATRONS

#: Files that the browser offers.
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.htm,.html,.zip,.gz"


def kinds_of_readers() -> list[tuple[str, str]]:
    """(code, what it is said to be) of the files that readers, or numbers of them, come from."""
    return [(code, kind_named(code).label) for code in (PATRONS, IDENTITIES)]


class UploadForm(Form):
    """A file of one kind, and how it is parsed where somebody knows already."""

    file = forms.FileField(
        max_length=4096,
        help_text=_(
            "CSV, TSV, Excel (.xlsx, .xls) or ODS, a page with a table, also packed (.zip, .gz)."
            " Titles over the table and further sheets do no harm."
        ),
        widget=forms.FileInput({"accept": ACCEPTED}),
    )
    takes = forms.ChoiceField(
        label=_("What its rows are"), choices=kinds_of_readers, required=False, initial=PATRONS
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.all(),
        label=_("Read it like"),
        required=False,
        empty_label=_("Find out from the column names"),
    )

    def __init__(self, *arguments, kind: FileKind, **more):
        super().__init__(*arguments, **more)
        self.fields["file"].label = kind.label

    def clean_takes(self) -> str:
        """The code of the kind of file; persons where nothing was said."""
        return self.cleaned_data["takes"] or PATRONS

    def clean_file(self):
        """A file that is not larger than this site accepts.

        Packed files are measured as they come; what they unpack to is limited when they are read.
        """
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file


class ProfileForm(Form):
    """Another profile for a file that is uploaded already."""

    profile = forms.ModelChoiceField(ImportProfile.objects.all(), label=_("Profile"))
