"""Tasks say only when to look; what is there says what to do. Each may run twice, late, or not at
all.
"""

from celery import shared_task

from campaigns.returns import mailbox
from campaigns.returns.actions import take_return
from campaigns.returns.doors import note_door


@shared_task(name="campaigns.tasks.read_returns")
def read_returns() -> None:
    """Look into the mailbox for returned mail, where there is one, and keep since when."""
    # An empty mailbox shows as well that somebody looks, so this waits for no message.
    note_door()
    mailbox.read_mailbox(lambda raw: take_return(raw=raw))
