from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.TextChoices):
    """Where a row comes from, printed wherever it is shown: nothing synthetic may pass for real."""

    OWN = "own", _("This library")
    SYNTHETIC = "synthetic", _("Synthetic")
    PAPER = "paper", _("Published case")
