"""Files of readers as known systems write them. Names of columns are those that were published.

汇文: the views READER and READER_CERT. Loans name readers by CERT_ID, so they are known by it.
Koha: the table borrowers and what its interface for programs gives.
"""

from django.utils.translation import gettext_lazy as _

from core.kinds import Layout

HUIWEN_COLUMNS = {
    "number": "certid",
    "name": "name",
    "kind": "redrtypename redrtypecode",
    "college": "dept",
    "registered_on": "bgndate",
    "expires_on": "enddate",
    "updated_on": "operdate",
}
#: Loans name readers by CERT_ID; the number on the card stands beside it.
HUIWEN_NUMBERS = {"certid": "huiwen", "redrcertid": "library"}
#: Further numbers, which are found by their systems; flags whose codes differ by library.
HUIWEN_LEFT = "redrcertid redrflag certflag redrdelday lendgrd"
HUIWEN_NOTE = _(
    "Readers are known by CERT_ID, as the loans of 汇文 name them; the number on the card is kept"
    " beside it."
)
KOHA_COLUMNS = {
    "number": "cardnumber",
    "surname": "surname",
    "given_name": "firstname",
    "email": "email",
    "phone": "mobile phone",
    "campus": "branchcode libraryid",
    "kind": "categorycode categoryid",
    "registered_on": "dateenrolled",
    "expires_on": "dateexpiry expirydate",
    "last_seen_on": "lastseen",
}
#: Koha's ``state`` is part of an address, and ``lang`` says "default" of almost everybody.
KOHA_LEFT = "borrowernumber patronid userid state lang title sex gender"
KOHA_NUMBERS = {"borrowernumber": "koha", "patronid": "koha", "cardnumber": "library"}
KOHA_NOTE = _(
    "Readers are known by the number on their card, and by Koha's own (borrowernumber, patron_id)"
    " where the file has it: files of loans name them by that one."
)
LAYOUTS = (
    Layout(
        "huiwen-readers",
        _("汇文, readers"),
        marks="certid redrtypecode",
        columns=HUIWEN_COLUMNS,
        left=HUIWEN_LEFT,
        numbers=HUIWEN_NUMBERS,
        note=HUIWEN_NOTE,
    ),
    Layout(
        "huiwen-cards",
        _("汇文, cards of readers"),
        marks="certid redrcertid",
        columns=HUIWEN_COLUMNS,
        left=HUIWEN_LEFT,
        numbers=HUIWEN_NUMBERS,
        note=HUIWEN_NOTE,
    ),
    Layout(
        "huiwen-readers-page",
        _("汇文, readers as its pages export them"),
        marks="证件号 条码号 读者类型",
        columns={"number": "证件号"},
        left="条码号",
        numbers={"证件号": "huiwen", "条码号": "library"},
        note=HUIWEN_NOTE,
    ),
    Layout(
        "koha-patrons",
        _("Koha, patrons"),
        marks="cardnumber borrowernumber",
        columns=KOHA_COLUMNS,
        left=KOHA_LEFT,
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
    Layout(
        "koha-patrons-api",
        _("Koha, patrons as programs get them"),
        marks="cardnumber patronid",
        columns=KOHA_COLUMNS,
        left=KOHA_LEFT,
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
    Layout(
        "koha-patrons-csv",
        _("Koha, table of patrons"),
        marks="cardnumber branchcode categorycode",
        columns=KOHA_COLUMNS,
        left=KOHA_LEFT,
        numbers=KOHA_NUMBERS,
        note=KOHA_NOTE,
    ),
)
#: Files of known systems that only say which numbers are of one reader.
NUMBERS_ALONE = (
    Layout(
        "huiwen-numbers",
        _("汇文, cards of readers"),
        marks="certid redrcertid",
        columns={"number": "certid"},
        numbers=HUIWEN_NUMBERS,
    ),
    Layout(
        "koha-numbers",
        _("Koha, numbers of patrons"),
        marks="cardnumber borrowernumber",
        columns={"number": "cardnumber"},
        numbers=KOHA_NUMBERS,
    ),
)
