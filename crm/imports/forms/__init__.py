"""Forms of the import: choose a file, say how it is read and what its columns are."""

from crm.imports.forms.mapping import MapForm, ProfileForm, UploadForm
from crm.imports.forms.reading import ReadingForm

__all__ = ["MapForm", "ProfileForm", "ReadingForm", "UploadForm"]
