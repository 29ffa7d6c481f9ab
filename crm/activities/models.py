"""Which rows stand in more files than the one that brought them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.imports.models import ImportBatch


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
