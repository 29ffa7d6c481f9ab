"""Which rows stand in more files than one; visits of which nobody knows whose they were."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.imports.models import ImportBatch
from crm.readers.models import Activity
from crm.sources.models import DataSource
from crm.staff.models import Campus

#: What no reader number begins with: a number that was hidden already.
HIDDEN = "~"
#: What stands in place of a row's own number where the row was refused: enough to know it again.
HIDDEN_REF = f"^{HIDDEN}[0-9a-f]{{40}}$"

#: {field of a file that counts months: what it counts}.
MONTH_COUNTS = {
    "loans": Activity.Kind.LOAN,
    "renewals": Activity.Kind.RENEWAL,
    "visits": Activity.Kind.VISIT,
}


class AlsoIn(models.Model):
    """An activity that was there already stands in this file, too.

    When the import that brought it is undone, it passes to this one. ``activity`` is no foreign
    key: rows are folded away by the database's owner, which must not wait for this.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="+")
    activity = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("activity in a further file")
        verbose_name_plural = _("activities in further files")

    def __str__(self):
        return f"{self.activity} in {self.batch_id}"


class NamelessVisit(models.Model):
    """A visit through a gate of which nobody is to know whose it was.

    ``visitor`` tells those of one month in one file apart: a key of number and month under one that
    was drawn for the file and is kept nowhere (``crm.activities.hiding``). Nothing by which a row
    would be known again is stored: of a day at a place the file that came last speaks.
    """

    source = models.ForeignKey(DataSource, models.CASCADE, related_name="+")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(_("day"))
    visitor = models.UUIDField()
    import_run = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("visit without a name")
        verbose_name_plural = _("visits without names")
        indexes = [models.Index(fields=["day"], name="nameless_visit_day")]

    def __str__(self):
        return f"{self.source_id} {self.day}"
