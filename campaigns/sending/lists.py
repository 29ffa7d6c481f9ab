"""The list of who got a content, and how it went."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from campaigns.sending.models import STATES, Delivery
from campaigns.sending.words import reason_in_words
from core.listing import (
    CheckFilter,
    DateColumn,
    FigureColumn,
    List,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)
from crm.readers.bearers import of_reader_numbered


class ReceiverFilter(WordsFilter):
    """Finds deliveries by the numbers of their reader, in whichever writing."""

    def condition(self, words):
        """Deliveries whose reader the words find, or bears exactly this number."""
        return super().condition(words) | of_reader_numbered(words)


class DeliveryFilter(FilterSet):
    q = ReceiverFilter(label=_("Search"), lookups=("reader__name__icontains",))
    state = ChoiceFilter(label=_("State"), choices=[*STATES.items()], empty_label=_("All"))
    clicked = CheckFilter(label=_("Followed a link"), method="only_clicked")

    def only_clicked(self, deliveries, _name, checked):
        """Those whose reader followed a link, where the box is ticked; else all."""

        def clicked(found):
            return found.filter(clicked_at__isnull=False)

        return only_if_checked(deliveries, checked, clicked)


def state_in_words(record: Delivery) -> dict:
    """What the template of the state says beside its name; called with its row as ``record``."""
    return {"why": reason_in_words(record.reason)}


class DeliveryTable(Table):
    reader = TemplateColumn(
        template_name="campaigns/sending/_delivery_reader.html",
        context_object_name="delivery",
        verbose_name=_("Reader"),
    )
    state = TemplateColumn(
        template_name="campaigns/sending/_delivery_state.html",
        context_object_name="delivery",
        extra_context=state_in_words,
        verbose_name=_("State"),
    )
    sent = DateColumn(
        pgettext_lazy("time", "Mailed"),
        accessor="sent_at",
        format="DATETIME_FORMAT",
        orderable=True,
    )
    clicked = DateColumn(
        _("First click"), accessor="clicked_at", format="DATETIME_FORMAT", orderable=True
    )
    attempts = FigureColumn(_("Attempts"))


class DeliveryList(List):
    filters = DeliveryFilter
    table_class = DeliveryTable
    order = ("pk",)
