"""Listed collections, and that a reader borrowed something of one: never what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.readers.models import Reader

#: A list of fewer items would say of a loan which one it was.
LEAST_ITEMS = 200
#: So many different items of a list must a file have loans of, and none may make more than a part
#: of MOST_OF_ONE of these: else the list is one of items nobody borrows beside the one that is.
LEAST_MET, MOST_OF_ONE = 20, 0.5


class ListedCollection(models.Model):
    """A list of items that the library promotes. ``digests``: of its items' numbers, see
    ``crm.collections.items``; the numbers themselves are stored nowhere.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    items = models.PositiveIntegerField(pgettext_lazy("of a collection", "items"))
    digests = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("listed collection")
        verbose_name_plural = _("listed collections")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(items__gte=LEAST_ITEMS), name="collection_is_large")
        ]

    def __str__(self):
        return self.name


class FormerList(models.Model):
    """The digests of a list that was removed. Added again with one item less, what came in by it
    would differ from what somebody remembers by who borrowed that item.
    """

    digests = models.BinaryField()
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former listed collection")
        verbose_name_plural = _("former listed collections")

    def __str__(self):
        return f"{self.pk} {self.removed_at}"


class ListedLoan(models.Model):
    """That a loan was of something in a collection.

    ``source`` and ``ref`` are the loan's; a loan that stands in several files has a row for each,
    so that any of them may be taken back.
    """

    collection = models.ForeignKey(ListedCollection, models.CASCADE, related_name="loans")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="listed_loans")
    day = models.DateField(_("day"))
    source = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)
    import_run = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("loan from a listed collection")
        verbose_name_plural = _("loans from listed collections")
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "source", "ref", "import_run"], name="listed_loan_once"
            )
        ]

    def __str__(self):
        return f"{self.collection_id} {self.day}"
