"""Choosing the brackets, and what the map shows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.rfc.models import BRACKETS, Edges
from crm.rfc.words import FIGURES, choices_of

#: A century, and more often than anybody comes.
MOST_DAYS = 36_525
MOST_TIMES = 100_000
#: A shorter span says little of how often somebody comes; single activities are kept so long.
LEAST_SPAN = 30
#: The fields of the four edges of each figure.
NAMES = {figure: [f"{figure}_{place}" for place in range(BRACKETS - 1)] for figure in FIGURES}


class ScoreMapForm(Form):
    """One bracket of contribution, or all."""

    def __init__(self, *args, edges: Edges, **kwargs):
        """``edges``: those by which the readers were placed, since the choices say in words what
        each bracket means.
        """
        super().__init__(*args, **kwargs)
        self.fields["contribution"] = forms.TypedChoiceField(
            label=FIGURES["contribution"],
            choices=[("", _("All")), *choices_of("contribution", edges)],
            coerce=int,
            empty_value=None,
            required=False,
        )

    def asked(self) -> int | None:
        """The bracket asked for, 1 to 5; None for all, and for what is none."""
        self.full_clean()
        return self.cleaned_data.get("contribution")


class BracketsForm(Form):
    """The four edges of each figure, and the days that are counted."""

    days = forms.IntegerField(
        label=_("Days that are counted for frequency and contribution"),
        min_value=LEAST_SPAN,
        max_value=MOST_DAYS,
        help_text=_("365 is a year. Days of which only months are kept count by whole months."),
    )

    def __init__(self, *args, edges: Edges, **kwargs):
        """Begin with ``edges``, those in force. Each edge has a field of its own, "recency_0" to
        "contribution_3".
        """
        super().__init__(*args, **kwargs)
        for figure, label in FIGURES.items():
            for place, edge in enumerate(getattr(edges, figure)):
                self.fields[NAMES[figure][place]] = edge_field(figure, label, place, edge)
        self.initial.setdefault("days", edges.days)

    def rows(self) -> list[tuple[str, list]]:
        """(figure in words, its four fields from the first edge to the last) as the page shows
        them, in the order of FIGURES.
        """
        found = []
        for figure, label in FIGURES.items():
            found.append((label, list(map(self.__getitem__, NAMES[figure]))))
        return found

    def clean(self):
        """What was typed. Each edge is larger than the one before it; said at the edge that is not.
        Beside an edge that could not be read nothing is said.
        """
        for figure in FIGURES:
            edges = self.edges_of(figure)
            for place in range(1, len(edges)):
                before, edge = edges[place - 1], edges[place]
                if None not in (before, edge) and edge <= before:
                    self.add_error(
                        NAMES[figure][place], _("must be larger than the edge before it")
                    )
        return self.cleaned_data

    def edges_of(self, figure: str) -> list[int | None]:
        """What was given for the four edges of ``figure``, from the first to the last; None for one
        that could not be read.
        """
        return list(map(self.cleaned_data.get, NAMES[figure]))

    def values(self) -> dict:
        """What the verb takes, of a valid form: three lists of four edges, and the days."""
        chosen = {figure: self.edges_of(figure) for figure in FIGURES}
        return chosen | {"days": self.cleaned_data["days"]}


def edge_field(figure: str, label, place: int, edge: int) -> forms.IntegerField:
    """The field of one edge, named by the bracket that it bounds. ``place``: 0 to 3, which edge of
    the figure it is; ``label``: the figure in words; ``edge``: the number it begins with, 1 at
    least.
    """
    # Recency runs down: at most 7 days is 5. The others run up: at least 2 times is 2.
    bracket, most = place + 2, MOST_TIMES
    said = _("%(figure)s %(n)s: at least so many times")
    if figure == "recency":
        bracket, most = BRACKETS - place, MOST_DAYS
        said = _("%(figure)s %(n)s: at most so many days")
    return forms.IntegerField(
        label=said % {"figure": label, "n": bracket}, initial=edge, min_value=1, max_value=most
    )
