"""The kind of file that COUNTER reports are, so that they stand in the list of imports."""

from django.utils.translation import gettext_lazy as _

from core.kinds import FileKind

COUNTER = "counter"

KINDS = [
    FileKind(
        code=COUNTER,
        label=_("COUNTER reports of e-resources: use by platform and month"),
        model="crm.PlatformUsage",
        # A report says itself what its columns are.
        fields=(),
        pages="crm:usage-import",
        names_readers=False,
    )
]
