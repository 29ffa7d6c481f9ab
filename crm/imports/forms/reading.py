"""The form that says how the file itself is read."""

from pathlib import Path

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.imports.describing import format_of
from crm.imports.encodings import ENCODINGS
from crm.imports.items import is_item
from crm.imports.models import ImportBatch
from crm.imports.opening import TableFormat
from crm.imports.remarks import never_read_in, seen_of
from crm.imports.tasting import tasted

#: Rows of the beginning among which the header is chosen, and how they are shown.
OFFERED, BETWEEN_CELLS = 12, " · "
#: Characters that are shown of a cell, and of a line.
SHOWN, LONGEST = 60, 120
#: Fields that say which table is read; with another one the header is another, too.
OF_TABLE = ("member", "sheet", "encoding")


class ReadingForm(Form):
    """How the file itself is read: which table of it, which line names the columns, in which
    letters, and what becomes of rows that are hidden or look like totals.
    """

    member = forms.ChoiceField(label=_("File in the packed file"), required=False)
    sheet = forms.ChoiceField(label=_("Sheet or table"), required=False)
    header = forms.ChoiceField(label=_("Line that names the columns"), required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    skip_hidden = forms.BooleanField(
        label=_("Leave out rows that the workbook hides or filters out"), required=False
    )
    take_totals = forms.BooleanField(
        label=_("Take rows that look like totals or footers as rows like others"), required=False
    )

    def __init__(self, data=None, *, batch: ImportBatch, first: list[tuple[int, list[str]]]):
        """``first``: (line, cells) of the first rows of the file, titles among them.

        What the file leaves no choice of is not asked. Raises Unreadable, since a file whose
        encoding nobody knows yet is read for it.
        """
        form = format_of(batch)
        super().__init__(data, initial=reading_of(form))
        self.form = form
        self.first = first[:OFFERED]
        self.header_line = form.header or 1
        self.never = places_never_read(batch, first, self.header_line)
        self.seen = seen_of(batch)
        self.offer("member", self.seen.get("members", []))
        self.offer("sheet", [(name, name) for name in self.seen.get("sheets", [])])
        self.fields["header"].choices = self.headers()
        self.fields["encoding"].choices = encodings_of(batch)
        if not form.is_text:
            del self.fields["encoding"]
        if not self.seen.get("hidden"):
            del self.fields["skip_hidden"]

    def offer(self, name: str, choices: list) -> None:
        """Give the field ``name`` its choices; it is left out of the form where there are fewer
        than two of them.
        """
        self.fields[name].choices = choices
        if len(choices) < 2:
            del self.fields[name]

    def headers(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each of the first lines as the header, and as the first row of a table without one.

        The value is "line:lines", with 0 lines for a table without a header; what names a book is
        not shown.
        """
        named, nameless = [], []
        for line, cells in self.first:
            shown = self.shown(line, cells)
            named.append((f"{line}:1", f"{line}: {shown}"))
            if line == self.form.header and self.form.header_rows > 1:
                named.append((f"{line}:2", f"{line}–{line + 1}: {shown}"))
            nameless.append((f"{line}:0", f"{line}: {shown}"))
        return [
            (_("This line names the columns"), named),
            (_("No line names the columns; the first row is"), nameless),
        ]

    def shown(self, line: int, cells: list[str]) -> str:
        """What stands in a line, shortened. Below the header no cell is shown of a column that is
        never read: its titles may look like any text.
        """
        hidden = set()
        if line > self.header_line:
            hidden = self.never
        told = []
        for place, cell in enumerate(cells):
            if place not in hidden and may_be_shown(cell):
                told.append(cell[:SHOWN])
        return BETWEEN_CELLS.join(told)[:LONGEST]

    def asked(self) -> dict:
        """What was chosen, as ``describe`` follows it; another table is searched for its header.

        Keys: take_totals, and, where they were chosen, skip_hidden, member, sheet, encoding, header
        and header_rows.
        """
        chosen = self.cleaned_data
        asked = {"take_totals": chosen["take_totals"]}
        if "skip_hidden" in chosen:
            asked["skip_hidden"] = chosen["skip_hidden"]
        table = self.asked_table()
        if self.is_this(table):
            asked |= self.asked_header()
        return asked | table

    def asked_table(self) -> dict[str, str]:
        """{"member", "sheet" and "encoding": what was chosen}, as far as something was."""
        chosen = self.cleaned_data
        return {name: chosen[name] for name in OF_TABLE if chosen.get(name)}

    def is_this(self, table: dict[str, str]) -> bool:
        """Whether what was chosen of the table is how the file is read already."""
        now = {name: getattr(self.form, name) for name in table}
        return table == now

    def asked_header(self) -> dict[str, int]:
        """The line of the header and how many lines it has; empty where none was chosen."""
        chosen = self.cleaned_data["header"]
        if not chosen:
            return {}
        line, rows = chosen.split(":")
        return {"header": int(line), "header_rows": int(rows)}


def may_be_shown(cell: str) -> bool:
    """Whether a cell holds something, and that is not the name of a book."""
    return bool(cell.strip()) and not is_item(cell)


def places_never_read(batch: ImportBatch, first: list, header: int) -> set[int]:
    """Places of the columns that are never read, the first being 0; ``header``: the line that names
    the columns. Empty where that line is not among the ``first`` ones.
    """
    never = never_read_in(batch)
    names = dict(first).get(header, [])
    return {place for place, name in enumerate(names) if name.strip() in never}


def encodings_of(batch: ImportBatch) -> list[tuple[str, str]]:
    """All of them; where a person has to decide, with what the file reads in each.

    (encoding, label). Raises Unreadable where the file has to be read for it.
    """
    form = format_of(batch)
    if not form.doubts:
        return ENCODINGS
    return [("", _("Please choose")), *tasted(Path(batch.file.path), form)]


def reading_of(form: TableFormat) -> dict:
    """{name of a field: value} as the file is read so far.

    No encoding where a person has to choose one.
    """
    return {
        "member": form.member,
        "sheet": form.sheet,
        "header": f"{form.header or 1}:{form.header_rows}",
        "encoding": "" if form.doubts else form.encoding,
        "skip_hidden": form.skip_hidden,
        "take_totals": form.take_totals,
    }
