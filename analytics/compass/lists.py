"""The list of the published case's figures."""

from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.listing import NOWRAP, NUMBER, Column, List, Table, WordsFilter


class ObservationFilter(FilterSet):
    q = WordsFilter(
        label=_("Search"),
        lookups=(
            "label_zh__icontains",
            "label_en__icontains",
            "text_zh__icontains",
            "text_en__icontains",
        ),
    )


class ObservationTable(Table):
    row_head = "label"

    year = Column(_("Year"), orderable=True, attrs=NOWRAP)
    label = Column(pgettext_lazy("published figure", "What"))
    # Where the article gives no number the cell says so: nothing is made up.
    quantity = Column(_("Figure"), attrs=NUMBER, empty_values=())
    text = Column(_("What the article says besides"), attrs={"td": {"class": "small"}}, default="")
    section = Column(_("Section"), orderable=True, attrs=NOWRAP)

    def render_quantity(self, value):
        """The number as the article gives it, in bold; in words where it gives none, which is not
        0.
        """
        if value is None:
            return format_html('<span class="muted">{}</span>', gettext("no number given"))
        return format_html("<b>{}</b>", value)


class ObservationList(List):
    filters = ObservationFilter
    table_class = ObservationTable
    #: As the article tells them.
    order = ("pk",)
    label = _("The published case")
