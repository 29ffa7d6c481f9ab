"""The list of the demo's mails."""

from core.listing import List
from demo import mailbox
from demo.forms import MailboxSearchForm


class MailboxList(List):
    """Newest first. The mails are files, so a plain form searches them instead of a FilterSet."""

    size = 30

    def __init__(self, request):
        """The mails that hold the words typed; all of them where nothing was typed."""
        self.search = MailboxSearchForm(request.GET)
        words = ""
        if self.search.is_valid():
            words = self.search.cleaned_data["q"]
        super().__init__(request, mailbox.letters(words))

    @property
    def form(self):
        """What stands above the list: the form of the search."""
        return self.search
