"""Every component of the pages in each of its states, with samples that stand for nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.listing import NUMBER, Column, List, StateColumn, Table
from core.provenance import Provenance
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
    """A row with a state, as ``<c-state>`` and a list show it."""

    state: str
    word: str
    title: str = ""
    answers: int = 0

    TONES = {"done": "green", "waits": "amber", "failed": "red"}

    def get_state_display(self) -> str:
        """The word for the state, as Django's models give it."""
        return self.word


@dataclass(frozen=True)
class KitCase:
    """A row that stands for a published case, as ``<c-published-case>`` says of it."""

    provenance: str = Provenance.PAPER


class SampleForm(Form):
    """A field of each kind that forms of this portal have."""

    title = forms.CharField(label=_("Title"), help_text=_("As readers see it."))
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("poem", _("Poem")), ("essay", _("Essay"))], required=False
    )
    agreed = forms.BooleanField(label=_("May be printed with my name"), required=False)


class SampleFilterForm(Form):
    """More filters than a phone shows at once."""

    q = forms.CharField(label=_("Search"), required=False)
    about = forms.ChoiceField(label=_("Kind"), choices=[("", _("All"))], required=False)
    late = forms.BooleanField(label=_("Late ones only"), required=False)


class KitTable(Table):
    """A column by which rows are sorted, a state, and a number."""

    row_head = "title"
    title = Column(_("Title"), orderable=True)
    state = StateColumn()
    answers = Column(_("Answers"), attrs=NUMBER, orderable=True)


class KitList(List):
    """Rows that stand for nothing; their table sorts them, since no query brings them."""

    table_class = KitTable
    usual = ("title", "state", "answers")
    size = 3
    sizes = (3, 25)
    label = _("Surveys")

    @property
    def form(self) -> forms.Form:
        """Filters that find everything."""
        return SampleFilterForm(self.asked)

    @cached_property
    def found(self) -> list[KitRow]:
        """All rows, in the order asked for."""
        return list(self.table.data.data)


def states() -> list[KitRow]:
    """A row in each colour, and one without."""
    return [
        KitRow("done", _("Done"), _("Seats in the reading room"), 128),
        KitRow("waits", _("Waiting"), _("Opening hours in the vacation"), 37),
        KitRow("failed", _("Failed"), _("Books to buy"), 9),
        KitRow("draft", _("Draft"), _("The new catalogue"), 0),
    ]


def say_everything(request) -> None:
    """A message of each level, as the next page shows it above its content."""
    messages.success(request, _("The survey was published."))
    messages.info(request, _("The figures are as of yesterday, 23:59."))
    messages.warning(request, _("Two addresses were left out."))
    messages.error(request, _("Nothing was sent: the mail server does not answer."))


def samples(request) -> dict:
    """What the page of the components shows, by the names that its templates have for it."""
    return {
        "listing": KitList(request, states()),
        "empty_listing": KitList(request, []),
        "states": states(),
        "steps": [
            SampleStep(_("Upload"), is_done=True),
            SampleStep(_("Columns"), is_current=True),
            SampleStep(_("Preview")),
        ],
        "moment": datetime(2026, 10, 8, 9, 30, tzinfo=UTC),
        "pages": Paginator(range(240), 20).page(3),
        "empty_form": SampleForm(),
        "refused_form": SampleForm({"title": "", "text": ""}, auto_id="refused_%s"),
        "span": span_on(1, 7, value=5.4, low=5.1, high=5.7),
        "case": KitCase(),
        "sentences": [_("Two addresses were left out."), _("The survey was published.")],
        "pairs": [(_("Campus"), _("Gulou")), (_("Language"), _("Chinese"))],
        "heads": [_("Channel"), _("Share"), _("Answers")],
        "points": [(_("September"), 48), (_("October"), None), (_("November"), 12)],
        "few": [(_("September"), 3), (_("October"), None), (_("November"), 1)],
        "rows": [[_("E-mail"), "60 %", "128"], [_("Poster"), "40 %", "–"]],
    }
