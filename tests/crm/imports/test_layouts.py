"""Files of known systems are mapped by the names of their columns. No database."""

import pytest
from django.utils import translation

from core.kinds import kind_named
from crm.activities.describing import with_clocks_apart
from crm.activities.never import never_read
from crm.imports.evidence import of_nothing
from crm.imports.guessing import guess_by_names, layout_of

#: (kind, layout, columns as they were published, what they are)
FILES = [
    (
        "patrons",
        "huiwen-readers",
        "REDR_CERT_ID CERT_ID NAME DEPT REDR_TYPE_CODE REDR_TYPE_NAME REDR_FLAG BGN_DATE END_DATE"
        " TOTAL_LEND_QTY YEAR_LEND_QTY VOLT_FLAG DEBT_FLAG LEND_GRD",
        "number=CERT_ID name=NAME kind=REDR_TYPE_NAME college=DEPT registered_on=BGN_DATE"
        " expires_on=END_DATE",
    ),
    (
        "patrons",
        "huiwen-readers",
        "CERT_ID NAME DEPT REDR_TYPE_CODE REDR_FLAG REDR_DEL_DAY TOTAL_LEND_QTY",
        "number=CERT_ID name=NAME kind=REDR_TYPE_CODE college=DEPT",
    ),
    (
        "patrons",
        "huiwen-cards",
        "REDR_CERT_ID CERT_ID CERT_FLAG BGN_DATE END_DATE OPER_DATE",
        "number=CERT_ID registered_on=BGN_DATE expires_on=END_DATE updated_on=OPER_DATE",
    ),
    (
        "patrons",
        "koha-patrons",
        "borrowernumber cardnumber surname firstname title othernames city state email phone mobile"
        " dateofbirth branchcode categorycode dateenrolled dateexpiry userid sort1 lastseen"
        " lang",
        "number=cardnumber surname=surname given_name=firstname email=email phone=mobile"
        " campus=branchcode kind=categorycode registered_on=dateenrolled expires_on=dateexpiry"
        " last_seen_on=lastseen birth_year=dateofbirth never=title",
    ),
    (
        "patrons",
        "koha-patrons-api",
        "patron_id cardnumber surname firstname preferred_name email mobile library_id"
        " date_of_birth category_id date_enrolled expiry_date statistics_1 updated_on last_seen"
        " userid",
        "number=cardnumber surname=surname given_name=firstname email=email phone=mobile"
        " campus=library_id kind=category_id registered_on=date_enrolled expires_on=expiry_date"
        " last_seen_on=last_seen updated_on=updated_on birth_year=date_of_birth",
    ),
    (
        "patrons",
        "koha-patrons-csv",
        "cardnumber surname firstname state email branchcode categorycode dateexpiry",
        "number=cardnumber surname=surname given_name=firstname email=email campus=branchcode"
        " kind=categorycode expires_on=dateexpiry",
    ),
    (
        "loans",
        "huiwen-loans",
        "CERT_ID PROP_NO LEND_DATE NORM_RET_DATE RENEW_TIMES",
        "number=CERT_ID at=LEND_DATE never=PROP_NO",
    ),
    (
        "loans",
        "huiwen-loans",
        "CERT_ID PROP_NO MARC_REC_NO M_TITLE LEND_DATE RET_DATE",
        "number=CERT_ID at=LEND_DATE never=PROP_NO never=MARC_REC_NO never=M_TITLE",
    ),
    (
        "loans",
        "huiwen-loans-page",
        "证件号 借阅日期 归还日期 续借次数 借书地点",
        "number=证件号 at=借阅日期 campus=借书地点",
    ),
    (
        "loans",
        "koha-checkouts",
        "checkout_id patron_id item_id due_date library_id issuer_id checkin_date last_renewed_date"
        " renewals_count timestamp checkout_date onsite_checkout note",
        "number=patron_id at=checkout_date campus=library_id ref=checkout_id never=item_id",
    ),
    (
        "loans",
        "koha-issues",
        "issue_id borrowernumber itemnumber date_due branchcode returndate lastreneweddate renewals"
        " timestamp issuedate onsite_checkout",
        "number=borrowernumber at=issuedate campus=branchcode ref=issue_id never=itemnumber",
    ),
    (
        "loans",
        "koha-statistics",
        "datetime branch value type other itemnumber itemtype location borrowernumber ccode"
        " categorycode interface",
        "number=borrowernumber at=datetime campus=branch action=type never=itemnumber",
    ),
    (
        "loans",
        None,
        "cardnumber title barcode issuedate date_due branchcode",
        "number=cardnumber at=issuedate campus=branchcode never=title never=barcode",
    ),
    (
        "visits",
        "gate",
        "happened_at campus gate direction person_no person_type",
        "number=person_no at=happened_at campus=campus direction=direction",
    ),
    (
        "seats",
        None,
        "学号 姓名 座位号 场馆 开始时间 结束时间 状态",
        "number=学号 at=开始时间 campus=场馆 outcome=状态",
    ),
    ("violations", None, "学号 违约时间 违约类型 场馆", "number=学号 at=违约时间 campus=场馆"),
    (
        "eresources",
        None,
        "user timestamp url referer bytes",
        "number=user at=timestamp platform=url never=referer",
    ),
    ("eresources", None, "学号 访问时间 数据库名称", "number=学号 at=访问时间 platform=数据库名称"),
]


@pytest.mark.parametrize(("kind", "layout", "columns", "meant"), FILES)
def test_columns_of_known_systems_are_what_they_are(kind, layout, columns, meant):
    kind, header = kind_named(kind), columns.split()
    found = layout_of(header, kind)
    assert found.code == (layout or "")
    pairs = [tuple(pair.split("=")) for pair in meant.split()]
    expected = {field: column for field, column in pairs if field != "never"}
    never = [column for field, column in pairs if field == "never"]
    assert guess_by_names(header, kind) == expected
    if kind.never:
        assert never_read(header, [["1"] * len(header)], kind) == never
    # In another order, in capitals and with blanks they are the same.
    turned = [column.upper().replace("_", " ") for column in reversed(header)]
    same = {field: column.upper().replace("_", " ") for field, column in expected.items()}
    assert guess_by_names(turned, kind) == same


def test_layouts_speak_of_fields_that_their_kind_has():
    for code in ("patrons", "loans", "visits"):
        kind = kind_named(code)
        fields = {field.code for field in kind.fields}
        for layout in kind.layouts:
            assert set(layout.columns) <= fields
            assert not set(" ".join(layout.columns.values()).split()) & set(layout.left.split())


@pytest.mark.parametrize(
    ("header", "cells", "mapping"),
    [
        ("学号 活动日期 签到时间", "S1 2026-03-02 18:50", "number=学号 at=活动日期 time=签到时间"),
        ("学号 签到时间 活动日期", "S1 18:50 2026-03-02", "number=学号 at=活动日期 time=签到时间"),
        ("学号 签到时间", "S1 18:50", "number=学号 time=签到时间"),
        ("学号 签到时间", "S1 2026-03-02T18:50", "number=学号 at=签到时间"),
    ],
)
def test_times_alone_are_the_time_of_another_columns_day(header, cells, mapping):
    kind, names = kind_named("attendance"), header.split()
    taken = guess_by_names(names, kind)
    told = with_clocks_apart(taken, names, [cells.split()], kind)
    assert told == dict(pair.split("=") for pair in mapping.split())


def test_a_reader_of_the_pages_of_huiwen_is_known_by_the_number_that_loans_name():
    kind = kind_named("patrons")
    header = ["证件号", "条码号", "姓名", "性别", "读者类型", "单位", "办证日期", "有效期至"]
    assert guess_by_names(header, kind)["number"] == "证件号"
    assert layout_of(header, kind).numbers["证件号"] == "huiwen"


@pytest.mark.parametrize(
    ("column", "kind", "said"),
    [
        ("姓名", "attendance", "A name."),
        ("姓名", "loans", "A name."),
        ("续借次数", "loans", "Renewals"),
    ],
)
def test_a_column_that_is_not_taken_is_known_all_the_same(column, kind, said):
    with translation.override("en"):
        why = of_nothing(column, ["3", "1"], kind_named(kind))
    assert (why.asks, why.said.startswith(said)) == (False, True)
