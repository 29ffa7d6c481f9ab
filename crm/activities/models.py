"""Which rows stand in more files than one; visits of which nobody knows whose they were."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.imports.models import ImportBatch
from crm.sources.models import DataSource
from crm.staff.models import Campus


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

    ``visitor`` tells those of one month apart: a key of number and month under the portal's own key
    (``crm.activities.hiding``). It leads to no reader, and next month the same person has another.
    ``ref``: by which the row is known again; a row that stands in several files has one for each.
    """

    source = models.ForeignKey(DataSource, models.CASCADE, related_name="+")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(_("day"))
    visitor = models.UUIDField()
    ref = models.CharField(max_length=64)
    import_run = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("visit without a name")
        verbose_name_plural = _("visits without names")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "ref", "import_run"], name="nameless_visit_once"
            )
        ]
        indexes = [models.Index(fields=["day"], name="nameless_visit_day")]

    def __str__(self):
        return f"{self.source_id} {self.day}"
