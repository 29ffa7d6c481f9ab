"""What the columns of a file are: the part of the form that all kinds of file share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.imports.evidence import Evidence, evidence
from crm.imports.models import ImportBatch
from crm.imports.remarks import never_read_in
from crm.imports.rows import by_column

#: Characters of a cell shown beside its column, and cells of a column that are shown.
SHOWN, FIRST = 60, 3
#: Styles in which the days of a column may be written, where somebody has to say it.
DATE_ORDERS = [
    ("", _("as the whole column tells")),
    ("dmy", _("day first")),
    ("mdy", _("month first")),
    ("ymd", _("year first, in two digits (24-03-05)")),
    ("serial", _("day numbers of a spreadsheet (45351)")),
]


@dataclass(frozen=True)
class ShownColumn:
    """A column of the file on the page: its bound field, its first cells, why it is taken so."""

    name: str
    field: forms.BoundField
    cells: list[str]
    why: Evidence


@dataclass(frozen=True)
class FormCard:
    """A card of the page: bound fields under a title. ``folded``: it opens where it is asked to,
    unless it is ``open`` already.
    """

    title: Any
    fields: list[forms.BoundField]
    folded: bool = False
    open: bool = False
    hint: Any = ""


class ColumnsForm(Form):
    """One choice per column of the file (``c0`` …), since names of columns may be anything.

    ``mapping`` is {field: column} once the form is valid. Columns that are never read can only be
    left out, and none of their cells is shown.
    """

    save_as = forms.CharField(
        label=_("Keep this as a profile named"),
        required=False,
        max_length=120,
        help_text=_("Files with the same columns are read like this one then."),
    )

    def __init__(
        self,
        data=None,
        *,
        batch: ImportBatch,
        header: list[str],
        sample: list[list[str]],
        initial: dict,
    ):
        """``batch``: the file, mapped as it is so far; its kind says what a column may hold.

        ``sample``: first rows of the file, each as wide as ``header``. ``initial``: {name of a
        field: value} of what is asked besides the columns.
        """
        super().__init__(data, initial=initial)
        self.batch = batch
        self.header = header
        self.sample = sample
        self.mapping: dict[str, str] = {}
        self.never = never_read_in(batch)
        chosen = self.chosen()
        for place, name in enumerate(header):
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=self.choices_of(name),
                initial=chosen.get(name, ""),
                # Whatever is sent for such a column is not looked at.
                disabled=name in self.never,
            )

    def chosen(self) -> dict[str, str]:
        """{column: code of the field that it is taken for so far}; columns that are left out are
        not in it.
        """
        return {column: field for field, column in self.batch.mapping.items()}

    def choices_of(self, name: str) -> list:
        """What the column may be said to hold, as (code of the field, label), to be left out first;
        one that is never read has no other choice than that.
        """
        if name in self.never:
            return [("", _("never stored"))]
        return [("", _("leave out")), *self.targets(name)]

    def targets(self, _name: str) -> list:
        """What a column may hold, as (code of the field, label): here the fields of the kind for
        each column; forms of some kinds add choices, also by the column's name.
        """
        return [(field.code, field.label) for field in self.batch.kind.fields]

    # --- for the page -----------------------------------------------------------------------------
    def column_rows(self) -> list[ShownColumn]:
        """Each column in the order of the file, with why it is taken for what it is."""
        rows = []
        for place, (name, cells) in enumerate(by_column(self.header, self.sample)):
            why = evidence(self.batch, name, cells)
            rows.append(ShownColumn(name, self[f"c{place}"], self.shown(name, cells), why))
        return rows

    def shown(self, name: str, cells: tuple[str, ...]) -> list[str]:
        """Three of the column's cells at most, each cut at 60 characters; none of a column that is
        never read.
        """
        if name in self.never:
            return []
        return [cell[:SHOWN] for cell in cells[:FIRST]]

    def bound(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Bound fields of these names, in this order, but for those that the form does not have."""
        return [self[name] for name in names if name in self.fields]

    # --- what was asked for -----------------------------------------------------------------------
    def clean(self):
        """Turns the columns' fields round into ``mapping``, {field: column}.

        ValidationError where two columns are said to be the same field.
        """
        asked = super().clean()
        for place, name in enumerate(self.header):
            field = asked.get(f"c{place}")
            if field in self.mapping:
                raise ValidationError(
                    _("Two columns are said to be the same: %(one)s and %(two)s.")
                    % {"one": self.mapping[field], "two": name}
                )
            if field:
                self.take(field, name)
        return asked

    def take(self, field: str, name: str) -> None:
        """The column ``name`` holds ``field``."""
        self.mapping[field] = name
