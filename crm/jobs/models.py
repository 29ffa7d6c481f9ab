"""Long work as a row: what runs, how far it is, how it ended."""

import re
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.numbers import number
from core.tones import Toned

#: A running job that has not reported for this long has lost its worker and may be taken over.
#: Too short would run a job twice at the same time, so that it is several times as long as a job
#: may take between two reports. Mails have a rule of their own (``LEASE`` in
#: campaigns/sending/delivery.py): a row is leased once for its batch and does not report.
LOST_AFTER = timedelta(minutes=3)
#: What stands in jobs of before: the class of an error and what the program or the server said.
RAW_FAULT = re.compile(r"[A-Za-z_.]*(Error|Exception|Full|Exceeded): ")


class JobQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """All jobs for staff of the whole library; staff of one campus see their own.

        None for who lacks ``jobs.view``.
        """
        if not user.can("jobs.view"):
            return self.none()
        if user.campus_id:
            return self.filter(created_by=user)
        return self

    def open(self):
        """Jobs that have not ended.

        Queued or running, also those whose worker is gone.
        """
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def lost(self):
        """Jobs that say they run and have not reported for LOST_AFTER: their worker is gone."""
        last_heard = timezone.now() - LOST_AFTER
        return self.filter(state=Job.State.RUNNING, beat_at__lt=last_heard)

    def to_take(self):
        """Jobs a worker may claim: those that wait and those whose worker is gone.

        How long a worker must be silent to count as gone is said by ``lost``.
        """
        return self.filter(state=Job.State.QUEUED) | self.lost()


class JobFault(models.TextChoices):
    """Why a job failed, where its own words do not say it; stands in ``message``."""

    DATABASE_FULL = "database_full", _("The disk of the database is full. Nothing of it was kept.")
    DISK_FULL = "disk_full", _("A disk is full. Make room, then start it again.")
    DATABASE_AWAY = "database_away", _("The database broke off three times. Start it again.")
    WORKER_LOST = "worker_lost", _("The worker was lost three times.")
    TOO_LONG = "too_long", _("It took longer than any job may.")
    UNFORESEEN = "unforeseen", _("A fault that nobody foresaw. The worker's log says more.")


class Job(Toned, models.Model):
    """Long work with progress, cancel and a result that stays.

    The row is the truth; Celery only runs it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    TONES: ClassVar = {State.DONE: "green", State.FAILED: "red", State.CANCELLED: "amber"}

    # The registered name of the task that does the work.
    kind = models.CharField(_("kind"), max_length=40)
    # As the catalogues know it, with the values it names: each viewer reads it in a language of
    # their own. Titles of 0.1 are whole sentences in the language of whoever started the job.
    title = models.CharField(_("title"), max_length=200)
    title_values = models.JSONField(default=dict, blank=True)
    params = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict, blank=True)
    result_url = models.CharField(max_length=200, blank=True)
    # Asked by the button, obeyed at the work's next report.
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    # The last sign of life: no process can be asked, since it may run on another machine.
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_when_ended",
            )
        ]

    def __str__(self):
        return self.said

    @property
    def said(self) -> str:
        """The title in the language of whoever looks at it."""
        # A title of 0.1 stands in no catalogue and stays as it is, with any % it may hold.
        title = gettext(self.title)
        if not self.title_values:
            return title
        return title % self.title_values

    def get_absolute_url(self):
        """The page of this job, with its progress."""
        return reverse("crm:job-detail", args=[self.pk])

    @property
    def message_in_words(self) -> str:
        """What it is doing, or why it failed: one of our codes, a text of the catalogues, or the
        words of a refusal as they were said.

        In the present language; "" where there is nothing to say, and of a job that is done. What
        older rows hold of a fault's own words is not shown.
        """
        if self.state == self.State.DONE:
            return ""
        if self.message in JobFault.values:
            return str(JobFault(self.message).label)
        if RAW_FAULT.match(self.message):
            return str(JobFault.UNFORESEEN.label)
        # The catalogue's own heading is what an empty text would be translated to.
        return gettext(self.message) if self.message else ""

    @property
    def done_in_words(self) -> str:
        """How many rows are done, of how many where that is known; "" where nothing is to be said.

        Numbers as people read them.
        """
        done = {"done": number(self.done), "total": number(self.total)}
        if self.total:
            return gettext("%(done)s of %(total)s done") % done
        if self.done:
            return gettext("%(done)s done") % done
        if self.is_open:
            return gettext("Starting")
        return ""

    @property
    def is_open(self) -> bool:
        """``JobQuerySet.open`` for one job.

        By the state as it was when the row was read.
        """
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def is_lost(self) -> bool:
        """``JobQuerySet.lost`` for one job, on its page.

        False for one that never gave a sign. By ``LOST_AFTER``.
        """
        is_running = self.state == self.State.RUNNING
        if not is_running or self.beat_at is None:
            return False
        last_heard = timezone.now() - LOST_AFTER
        return self.beat_at < last_heard

    @property
    def seconds_left(self) -> int | None:
        """Estimate from the pace so far; None until there is a pace, and once it has ended.

        Whole seconds, never below 0. Rows that are left at the pace since the start.
        """
        if self.state != self.State.RUNNING:
            return None
        if not self.total or not self.done:
            return None

        elapsed = timezone.now() - self.started_at
        seconds_per_row = elapsed.total_seconds() / self.done
        rows_left = self.total - self.done
        return max(0, round(seconds_per_row * rows_left))
