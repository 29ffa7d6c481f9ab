"""Forms of the import: choose a file, say how it is read and what its columns are."""

from crm.imports.forms.choosing import FileForm, ProfileForm, UploadForm
from crm.imports.forms.columns import DATE_ORDERS, ColumnsForm, FormCard
from crm.imports.forms.mapping import MapForm
from crm.imports.forms.reading import ReadingForm

__all__ = [
    "DATE_ORDERS",
    "ColumnsForm",
    "FileForm",
    "MapForm",
    "FormCard",
    "ProfileForm",
    "ReadingForm",
    "UploadForm",
]
