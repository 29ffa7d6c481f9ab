"""Who was drawn into which arm, and how many there were at that moment."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.experiments.models.experiment import Arm, Experiment, Role
from crm.readers.models import Reader
from crm.staff.models import Campus


class Assignment(models.Model):
    """One reader's place in one experiment, drawn once; ``arm`` is None for who is held out.

    ``identity`` and ``campus`` are those of that moment. An erased reader leaves the row without a
    person, and in ``outcome_so_far`` how often they had the outcome in the window by then; None
    where the person is still there, or the record of it had gone before them.
    """

    Role = Role

    # The constraint's index serves lookups by experiment.
    experiment = models.ForeignKey(
        Experiment, models.CASCADE, related_name="assignments", db_index=False
    )
    reader = models.ForeignKey(
        Reader, models.CASCADE, null=True, blank=True, related_name="assignments"
    )
    arm = models.ForeignKey(Arm, models.RESTRICT, null=True, blank=True, related_name="assignments")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    at = models.DateTimeField(_("drawn"))
    identity = models.CharField(_("kind"), max_length=16, choices=Reader.Kind.choices)
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    outcome_so_far = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("place in an experiment")
        verbose_name_plural = _("places in experiments")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "reader"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(role=Role.HELD_OUT, arm__isnull=True)
                | (~Q(role=Role.HELD_OUT) & Q(arm__isnull=False)),
                name="assignment_held_out_means_no_arm",
            ),
        ]


class DrawnArm(models.Model):
    """How many readers one launch drew into one arm (None: held out); never altered afterwards.

    Readers who joined later were drawn by their own launch, which has rows of its own. The sum of
    an arm's rows is what was drawn into it, whatever became of the readers since.
    """

    experiment = models.ForeignKey(Experiment, models.PROTECT, related_name="drawn")
    arm = models.ForeignKey(Arm, models.PROTECT, null=True, blank=True, related_name="drawn")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    n = models.PositiveIntegerField(_("readers drawn"))
    at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("readers drawn into an arm")
        verbose_name_plural = _("readers drawn into arms")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "arm", "at"],
                nulls_distinct=False,
                name="drawn_arm_once_a_launch",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.HELD_OUT, arm__isnull=True)
                | (~Q(role=Role.HELD_OUT) & Q(arm__isnull=False)),
                name="drawn_held_out_means_no_arm",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
