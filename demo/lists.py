"""The list of the demo's mails."""

from core.listing import List
from demo import mailbox
from demo.forms import MailboxSearchForm


class MailboxList(List):
    """Newest first. The mails are files, so a plain form searches them instead of a FilterSet."""

    size = 30

    def __init__(self, request):
        self.search = MailboxSearchForm(request.GET)
        words = ""
        if self.search.is_valid():
            words = self.search.cleaned_data["q"]
        super().__init__(request, mailbox.letters(words))

    @property
    def form(self):
        return self.search
