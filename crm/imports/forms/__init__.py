"""Forms of the import: choose a file, say how it is read and what its columns are."""

from crm.imports.forms.mapping import MapForm
from crm.imports.forms.reading import ReadingForm
from crm.imports.forms.upload import ProfileForm, UploadForm

__all__ = ["MapForm", "ProfileForm", "ReadingForm", "UploadForm"]
