from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.TextChoices):
    """Where a row comes from, printed wherever it is shown: nothing synthetic may pass for real."""

    OWN = "own", _("This library")
    SYNTHETIC = "synthetic", _("Synthetic")
    PAPER = "paper", _("Published case")


def published_case(provenance: str) -> str:
    """That a row stands for a published case, in a word; of any other row nothing is said."""
    if provenance == Provenance.PAPER:
        return str(Provenance.PAPER.label)
    return ""
