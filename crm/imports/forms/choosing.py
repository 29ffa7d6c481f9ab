"""Forms that choose a file of readers, and a saved profile by which it is read."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.kinds import FileKind, kind_named
from crm.imports.models import ImportBatch, ImportProfile
from crm.readers.kinds import IDENTITIES, PATRONS

#: Files that the browser offers.
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.htm,.html,.zip,.gz"


class FileForm(Form):
    """A file that is not larger than this site accepts."""

    file = forms.FileField(
        label=_("File"),
        max_length=4096,
        help_text=_(
            "CSV, TSV, Excel (.xlsx, .xls) or ODS, a page with a table, also packed (.zip, .gz)."
            " Titles over the table and further sheets do no harm."
        ),
        widget=forms.FileInput({"accept": ACCEPTED}),
    )

    def clean_file(self):
        """The file. ValidationError where it is larger than IMPORT_MAX_BYTES.

        Packed files are measured as they come; what they unpack to is limited when they are read.
        """
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file


def kinds_of_readers() -> list[tuple[str, str]]:
    """(code, what it is said to be) of the files that readers, or numbers of them, come from."""
    return [(code, kind_named(code).label) for code in (PATRONS, IDENTITIES)]


class UploadForm(FileForm):
    """A file of one kind, and how it is parsed where somebody knows already."""

    takes = forms.ChoiceField(
        label=_("What its rows are"), choices=kinds_of_readers, required=False, initial=PATRONS
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.none(),
        label=_("Read it like"),
        required=False,
        empty_label=_("Find out from the column names"),
    )

    def __init__(self, *arguments, kind: FileKind, **more):
        """``kind``: the kind of file as whose the page asks for one."""
        super().__init__(*arguments, **more)
        self.fields["file"].label = kind.label
        self.fields["profile"].queryset = ImportProfile.objects.filter(
            takes__in=(PATRONS, IDENTITIES)
        )

    def clean(self) -> dict:
        """The code of the kind of file in ``takes``: that of the profile where one was chosen, else
        what was said, persons where nothing was.
        """
        said = super().clean()
        profile = said.get("profile")
        if profile:
            said["takes"] = profile.takes
        said["takes"] = said.get("takes") or PATRONS
        return said


class ProfileForm(Form):
    """Another profile of its kind for a file that is uploaded already."""

    profile = forms.ModelChoiceField(ImportProfile.objects.none(), label=_("Profile"))

    def __init__(self, data=None, *, batch: ImportBatch):
        """``batch``: the file; profiles of its kind are offered. No statement by itself."""
        super().__init__(data, initial={"profile": batch.profile})
        self.profiles = ImportProfile.objects.filter(takes=batch.takes)
        self.fields["profile"].queryset = self.profiles

    @property
    def is_of_use(self) -> bool:
        """Whether there is a profile to choose. One statement."""
        return self.profiles.exists()
