"""Tasks say only when to look; what is there says what to do. Each may run twice, late, or not at
all.
"""

from celery import shared_task

from campaigns.returns import mailbox
from campaigns.returns.actions import take_return, try_returned_again
from campaigns.returns.doors import note_door, note_look


@shared_task(name="campaigns.tasks.read_returns")
def read_returns() -> None:
    """Look into the mailbox for returned mail, where there is one, and keep since when."""
    read = mailbox.read_mailbox(lambda raw: take_return(raw=raw))
    # A mailbox that cannot be read says nothing: no bounce there is none that was measured.
    if read is None:
        return
    # An empty one shows as well that somebody looks, so this waits for no message.
    note_door()
    note_look()


@shared_task(name="campaigns.tasks.try_returned_again")
def try_again() -> None:
    """Write once more to addresses that a single returned message spoke against."""
    try_returned_again()
