"""Every component of the pages in each of its states, with samples that stand for nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.spans import span_on
from core.tones import Toned


@dataclass(frozen=True)
class SampleStep:
    """One step, as ``<c-steps>`` shows it."""

    title: str
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class KitRow(Toned):
    """A row with a state, as ``<c-state>`` shows it."""

    state: str
    word: str

    TONES = {"done": "green", "waits": "amber", "failed": "red"}

    def get_state_display(self) -> str:
        """The word for the state, as Django's models give it."""
        return self.word


class SampleForm(Form):
    """A field of each kind that forms of this portal have."""

    title = forms.CharField(label=_("Title"), help_text=_("As readers see it."))
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("poem", _("Poem")), ("essay", _("Essay"))], required=False
    )
    agreed = forms.BooleanField(label=_("May be printed with my name"), required=False)


def states() -> list[KitRow]:
    """A row in each colour, and one without."""
    return [
        KitRow("done", _("Done")),
        KitRow("waits", _("Waiting")),
        KitRow("failed", _("Failed")),
        KitRow("draft", _("Draft")),
    ]


def samples() -> dict:
    """What the page of the components shows, by the names that its templates have for it."""
    return {
        "states": states(),
        "steps": [
            SampleStep(_("Upload"), is_done=True),
            SampleStep(_("Columns"), is_current=True),
            SampleStep(_("Preview")),
        ],
        "moment": datetime(2026, 10, 8, 9, 30, tzinfo=UTC),
        "pages": Paginator(range(240), 20).page(3),
        "empty_form": SampleForm(),
        "refused_form": SampleForm({"title": "", "text": ""}),
        "span": span_on(1, 7, value=5.4, low=5.1, high=5.7),
        "pairs": [(_("Campus"), _("Gulou")), (_("Language"), _("Chinese"))],
        "heads": [_("Channel"), _("Share"), _("Answers")],
        "rows": [[_("E-mail"), "60 %", "128"], [_("Poster"), "40 %", "–"]],
    }
