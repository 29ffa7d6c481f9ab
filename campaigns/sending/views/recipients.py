"""Who got a content, and what a reader was sent: only of readers this person may see."""

from operator import attrgetter

from campaigns.contents.views import get_content
from campaigns.sending.lists import DeliveryList
from core.access import needs
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace, Reader


@needs("readers.view")
def delivery_list(request, pk):
    """Who of the readers this person may see got ``content``, and how it went."""
    content = get_content(request, pk)
    readers = Reader.objects.visible_to(request.user)
    mine = content.deliveries.filter(reader__in=readers).select_related("reader")
    listing = DeliveryList(request, mine)
    shown = set(map(attrgetter("reader_id"), listing.page))
    look_at_many(shown, by=request.user, place=LookPlace.LIST)
    return listing.render("campaigns/sending/delivery_list.html", content=content)
