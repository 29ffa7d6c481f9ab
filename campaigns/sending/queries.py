"""What statements of other apps may name of sending."""

from crm.readers.queries import NotMailable

READABLE = (
    "campaigns_delivery",
    "campaigns_click",
)

#: Who was left out by one of these is in no arm of a comparison: whoever would have been held out
#: is left out alike. Who had as many mails only since the launch stays in theirs.
IN_NO_ARM = (NotMailable.SAME_MAILBOX, NotMailable.FREQUENCY, NotMailable.PROGRAMME)
