"""Files of what readers did as known systems write them. Names of columns are those published."""

from django.utils.translation import gettext_lazy as _

from core.kinds import Layout

#: Number on the card where it is there, else Koha's own.
KOHA_NUMBER = "cardnumber borrowernumber patronid"
KOHA_NUMBERS = {"borrowernumber": "koha", "patronid": "koha", "cardnumber": "library"}
KOHA_NOTE = _(
    "Where the file has no card number, readers are named by Koha's own number: it is known of"
    " those whose file of patrons had it beside the card."
)
LOANS = (
    Layout(
        "huiwen-loans",
        _("汇文, loans"),
        marks="certid lenddate",
        columns={"number": "certid", "at": "lenddate"},
        left="redrcertid normretdate retdate",
        numbers={"certid": "huiwen"},
        note=_("Renewals are a number there and no days, so they are not recorded."),
    ),
    Layout(
        "huiwen-loans-page",
        _("汇文, loans as its pages export them"),
        marks="证件号 借阅日期 续借次数",
        columns={"number": "证件号", "at": "借阅日期", "campus": "借书地点"},
        left="归还日期 应还日期",
        numbers={"证件号": "huiwen"},
        note=_("Renewals are a number there and no days, so they are not recorded."),
    ),
    Layout(
        "koha-checkouts",
        _("Koha, checkouts as programs get them"),
        marks="checkoutid patronid checkoutdate",
        columns={
            "number": KOHA_NUMBER,
            "at": "checkoutdate",
            "campus": "libraryid",
            "ref": "checkoutid",
        },
        left="timestamp duedate checkindate lastreneweddate",
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
    Layout(
        "koha-issues",
        _("Koha, loans"),
        marks="borrowernumber issuedate",
        columns={
            "number": KOHA_NUMBER,
            "at": "issuedate",
            "campus": "branchcode",
            "ref": "issueid",
        },
        left="timestamp datedue returndate lastreneweddate",
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
    Layout(
        "koha-statistics",
        _("Koha, statistics"),
        marks="datetime type borrowernumber",
        columns={
            "number": KOHA_NUMBER,
            "at": "datetime",
            "campus": "branch",
            "action": "type",
        },
        left="location other itemtype value",
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
)
GATES = (
    Layout(
        "gate",
        _("Gate, as agreed with the library"),
        marks="happenedat direction personno",
        columns={
            "number": "personno",
            "at": "happenedat",
            "campus": "campus",
            "direction": "direction",
        },
        left="gate persontype",
    ),
)
