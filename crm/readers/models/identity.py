"""The systems that give people numbers, and the numbers of one person beside their first."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.readers.models.reader import Reader
from crm.readers.models.writings import other_writings
from crm.staff.models import Named

#: Of two people nobody bears the same number of one system, in whichever of the two tables it
#: stands. The other way round the statement that makes readers sees to it: for a file of 400,000
#: rows a trigger would be as many look-ups.
REFUSE_TAKEN = """
    IF EXISTS (
        SELECT 1 FROM crm_reader r WHERE r.source = NEW.system AND r.number = NEW.number) THEN
        RAISE unique_violation USING MESSAGE = 'this number is the first one of a reader';
    END IF;
    RETURN NEW;
"""


class NumberSystem(Named):
    """A system that gives numbers: student numbers, staff numbers, the cards of a branch.

    A number says who somebody is only within its system. ``code`` stands in ``Reader.source``.
    ``headers``: words for its column in files, in small letters and without blanks, separated by
    blanks.
    """

    example = models.CharField(_("what its numbers look like"), max_length=64, blank=True)
    headers = models.CharField(_("how its column is called in files"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("system of numbers")
        verbose_name_plural = _("systems of numbers")
        ordering = ["code"]

    @property
    def said(self) -> str:
        """Its name with what its numbers look like, in the current language; the name alone where
        no example was given.
        """
        if not self.example:
            return str(self)
        return gettext("%(system)s, such as %(example)s") % {
            "system": self,
            "example": self.example,
        }


class Identity(models.Model):
    """A further number of a reader; the first one stands in the reader's own row.

    A file is matched by any of them.
    """

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="identities")
    system = models.ForeignKey(
        NumberSystem,
        models.PROTECT,
        to_field="code",
        db_column="system",
        verbose_name=_("system of numbers"),
    )
    number = models.CharField(_("reader number"), max_length=64)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("further number")
        verbose_name_plural = _("further numbers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["system", "number"], name="identity_once_per_system")
        ]
        indexes = [other_writings("system", "identity_other_writing")]
        triggers = [
            pgtrigger.Trigger(
                name="refuses_taken_numbers",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=REFUSE_TAKEN,
            )
        ]

    def __str__(self):
        return self.number
