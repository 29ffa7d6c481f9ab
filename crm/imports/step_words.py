"""The four steps of an import as its pages show them."""

from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import gettext_lazy as _


class ImportStep(IntEnum):
    """The steps in their order; a page stands at one of them."""

    FILE = 1
    COLUMNS = 2
    PREVIEW = 3
    REPORT = 4


TITLES = {
    ImportStep.FILE: _("Choose the file"),
    ImportStep.COLUMNS: _("Map the columns"),
    ImportStep.PREVIEW: _("Look at the preview"),
    ImportStep.REPORT: _("Run and read the report"),
}


@dataclass(frozen=True)
class StepShown:
    """One step: the page may stand at it, or have it behind."""

    title: str
    is_current: bool
    is_done: bool


def steps_shown(at: int) -> list[StepShown]:
    """All four steps in words of the current language, for a page that stands ``at`` one."""
    shown = []
    for step, title in TITLES.items():
        shown.append(StepShown(str(title), is_current=step == at, is_done=step < at))
    return shown
