"""What a library has done already, told by its data alone, in one statement."""

from django.conf import settings
from django.db import connection

from crm.eresources.kinds import COUNTER
from crm.imports.models import ImportBatch
from crm.letters.models import Letter, LetterKind
from crm.library.chosen import notices_sender, promotion_sender
from crm.readers.kinds import IDENTITIES, PATRONS
from crm.readers.queries import PORTAL

DONE = f"""
SELECT EXISTS (SELECT FROM crm_librarysettings WHERE name_zh <> '' OR name_en <> ''),
       EXISTS (SELECT FROM crm_librarysettings WHERE logo <> ''),
       EXISTS (SELECT FROM crm_librarysettings WHERE colour <> ''),
       EXISTS (SELECT FROM crm_campus),
       EXISTS (SELECT FROM crm_department),
       EXISTS (SELECT FROM crm_teachingterm),
       (SELECT count(DISTINCT about) FROM crm_letter
        WHERE kind IN ('{LetterKind.SENDER_TEST}', '{LetterKind.PROMOTION_TEST}')
          AND state = '{Letter.State.SENT}' AND about = ANY(%(senders)s)) = %(n_senders)s,
       EXISTS (SELECT FROM crm_librarysettings WHERE return_to <> ''),
       EXISTS (SELECT FROM crm_reader WHERE source <> '{PORTAL}'),
       EXISTS (SELECT FROM crm_importbatch
               WHERE takes NOT IN ('{PATRONS}', '{IDENTITIES}', '{COUNTER}')
               AND state = '{ImportBatch.State.DONE}'),
       EXISTS (SELECT FROM crm_segment WHERE refreshed_at IS NOT NULL),
       EXISTS (SELECT FROM crm_librarysettings WHERE steps_put_away)
"""
#: What the statement says, in its order.
NAMES = (
    "name",
    "logo",
    "colour",
    "campuses",
    "departments",
    "terms",
    "sender",
    "returns",
    "patrons",
    "activities",
    "segment",
    "put_away",
)


def tested(sender: str) -> str:
    """What a test mail names as its cause: the sender that it tried, cut to the column's width."""
    return f"sender:{sender}"[: Letter._meta.get_field("about").max_length]


def what_is_done() -> dict[str, bool]:
    """{name of the step: whether the data say that it is done}, and whether the steps were put away
    (``put_away``). One statement.

    A backup leaves its mark outside of the database and is not among them. A name counts that the
    machine's settings give, and so does a mailbox for what comes back.
    """
    senders = sorted({tested(notices_sender()), tested(promotion_sender())})
    with connection.cursor() as cursor:
        cursor.execute(DONE, {"senders": senders, "n_senders": len(senders)})
        found = dict(zip(NAMES, cursor.fetchone(), strict=True))
    found["name"] |= bool(settings.LIBRARY_NAME)
    found["returns"] |= bool(settings.RETURN_ADDRESS)
    return found
