"""The chain of what was published, and what was found when it was looked through."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Words for the codes of the chains, as a page says them.
CHAIN_NAMES = {
    "months": _("Months that are over"),
    "evaluations": _("Evaluations"),
    "decisions": _("Decisions"),
    "observations": _("Recorded figures"),
}


#: A number far up would leave the portal none, and one below the first is in no chain.
FOLLOWS = """
    IF NEW.number <> 1 + coalesce(
        (SELECT max(number) FROM analytics_seal WHERE chain = NEW.chain), 0)
    THEN
        RAISE EXCEPTION 'a seal stands at the end of its chain' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class SealQuerySet(models.QuerySet):
    def of(self, chain: str, object_id: int):
        """The seal of one thing, or None; its ``parts`` are read only where
        somebody asks for them.
        """
        # The hashes of all fields are large, and only a look through the chain needs them.
        return self.filter(chain=chain, object_id=object_id).defer("parts").first()


class Seal(models.Model):
    """One published thing in its chain: what it said, by hash, and the seal before it.

    ``parts`` holds a hash of each field of each row that belongs to it, so that a later change can
    be named; ``content_sha256`` is the hash of all of them, and ``sha256`` that of the whole seal.
    """

    class Reason(models.TextChoices):
        FIRST = "first", _("first publication")
        CHANGED = "changed", _("what is known has changed since")
        RETURNED = "returned", _("what is known is again what it was before")

    chain = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    #: The number of the seal whose content this one replaces; what was replaced stays.
    corrects = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    parts = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    chained_later = models.BooleanField(
        default=False,
        help_text="Published before there were chains: nobody can say what it was until then.",
    )
    at = models.DateTimeField(default=timezone.now)
    #: What vouches for ``sha256``: it takes a key that is not in the database.
    mac = models.CharField(max_length=73, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["chain", "number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="seal_number_once"),
            models.UniqueConstraint(fields=["chain", "object_id"], name="seal_object_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="follows",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=FOLLOWS,
            )
        ]

    def __str__(self):
        return f"{self.chain} {self.number}"

    @property
    def chain_name(self) -> str:
        """What the chain is called on pages, in the current language; its code where it has no
        name.
        """
        return str(CHAIN_NAMES.get(self.chain, self.chain))

    @property
    def short(self) -> str:
        """The hash as it is printed: its first twelve hex digits are enough to compare by eye."""
        return self.sha256[:12]


class Verification(models.Model):
    """All chains looked through once.

    ``heads``: {chain: [number, hash]} of the last seals. ``rows``: {"chain/table": how many rows}
    that the seals up to those speak of; None where nobody counted.
    """

    at = models.DateTimeField(default=timezone.now)
    seals = models.PositiveIntegerField()
    heads = models.JSONField()
    #: As ``words.sentence`` takes them.
    breaks = models.JSONField(default=list)
    rows = models.JSONField(null=True)
    #: What vouches for all of it: it takes a key that is not in the database.
    mac = models.CharField(max_length=73, blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.seals}"

    @property
    def holds(self) -> bool:
        """Whether the look found everything as it had been published."""
        return not self.breaks
