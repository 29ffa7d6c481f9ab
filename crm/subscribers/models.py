"""People who are no readers and want to hear from the library: an address, and what it asked for.

A kind of its own in a table of its own: no key leads from here to a reader, and nothing that counts
readers looks here (docs/adr/0040).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Purpose

#: A link to confirm an address holds so long.
LINK_HOLDS = timedelta(days=2)
#: What stays of a mailbox of which nothing is known any more but that it wants no link.
FORGOTTEN = {"address": "", "asked_language": "", "link": "", "trouble": ""}


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self):
        """Those whose address was confirmed by its owner; such as have a new link open, too."""
        return self.filter(confirmed_at__isnull=False)

    def wanting(self, purpose: str):
        """Confirmed ones who asked for letters of ``purpose``, at addresses that letters reach.

        The list of refusals is not asked here (``queries.reachable``).
        """
        return self.confirmed().filter(purposes__contains=[purpose], trouble="")

    def never_confirmed(self, before):
        """Asked for before that moment the last time, and never confirmed by anybody; without those
        who want not even to be asked.
        """
        return self.filter(confirmed_at__isnull=True, asked_at__lt=before, no_links=False)

    def asked_by(self, link: str):
        """Those to whom a link with this hash was written that nobody has used."""
        return self.filter(Q(link=link) | Q(older__contains=[{"link": link}])).exclude(link="")

    def forget(self) -> None:
        """Delete them; of those who want no letter that asks them to confirm, all but that."""
        self.filter(no_links=True).update(
            **FORGOTTEN, purposes=[], confirmed_at=None, asked_purposes=[], older=[]
        )
        self.filter(no_links=False).delete()


class Subscriber(models.Model):
    """One mailbox. ``digest`` is the keyed hash under which its address stands on the suppression
    list.

    What was asked for counts only once the link in a letter was followed: ``asked_…`` wait for it,
    under ``link``, the hash of what stands in the link (empty: no link is open). ``purposes`` and
    ``language`` are those that were confirmed last. ``trouble`` is why no letter reaches the
    address.
    """

    address = models.CharField(_("address"), max_length=254)
    digest = models.BinaryField(max_length=32, unique=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    purposes = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices),
        default=list,
        verbose_name=_("purposes"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_purposes = ArrayField(models.CharField(max_length=16), default=list)
    asked_language = models.CharField(max_length=8, blank=True)
    link = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=16, blank=True, db_default="")
    # Links of before that still hold, as ``open_link`` gives them.
    older = models.JSONField(default=list, blank=True, db_default=[])
    # The owner wants no letter that asks to confirm, whoever types the address.
    no_links = models.BooleanField(default=False, db_default=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(purposes=[]),
                name="subscriber_wants_what_it_confirmed",
            ),
            models.UniqueConstraint(
                fields=["link"], condition=~Q(link=""), name="subscriber_link_is_one"
            ),
        ]

    @property
    def open_link(self) -> dict | None:
        """What the newest link that nobody has used asks for: its hash, purposes, language, and
        when it was asked for (ISO 8601); None where none is open.
        """
        if not self.link:
            return None
        return {
            "link": self.link,
            "purposes": self.asked_purposes,
            "language": self.asked_language,
            "at": self.asked_at.isoformat(),
        }

    def holding(self, now: datetime) -> list[dict]:
        """Links that were written and still hold, the newest first."""
        links = [self.open_link, *self.older] if self.link else self.older
        return [one for one in links if datetime.fromisoformat(one["at"]) + LINK_HOLDS >= now]

    def __str__(self):
        # Not the address: this stands in logs and in the trail.
        return f"{self._meta.verbose_name} {self.pk}"
