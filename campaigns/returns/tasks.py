"""Tasks say only when to look; what is there says what to do. Each may run twice, late, or not at
all.
"""

from celery import shared_task

from campaigns.returns import mailbox
from campaigns.returns.actions import take_return


@shared_task(name="campaigns.tasks.read_returns")
def read_returns() -> None:
    """Look into the mailbox for returned mail, where there is one."""
    mailbox.read_mailbox(lambda raw: take_return(raw=raw))
