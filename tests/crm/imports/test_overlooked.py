"""What is left out of a file and would be missed is pointed out, in files of every kind."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.kinds import kind_named
from crm.imports.actions import upload_file
from crm.imports.overlooked import overlooked_in, what_it_holds
from crm.sources.models import DataSource
from tests.crm.activities.building import readers, uploaded
from tests.factories import UserFactory

PATRONS, LOANS, COUNTS = "patrons", "loans", "counts"
NUMBERS = frozenset({"学号", "卡号", "borrower"})


@pytest.mark.parametrize(
    ("kind", "column", "cells", "holds"),
    [
        (PATRONS, "是否同意邮件", ["是", "否"], "consent"),
        # With other words among them: its silence would be the loss of all consents.
        (PATRONS, "是否同意邮件", ["是", "否", "不详"], "consent"),
        (PATRONS, "opt-in", ["Y", "N", "?", "Y"], "consent"),
        (
            PATRONS,
            "Newsletter",
            ["subscribed", "none", "subscribed", "subscribed"],
            "consent",
        ),
        (PATRONS, "接收方式", ["微信", "邮件", "微信", "不接收", "微信", "邮件"], "consent"),
        (PATRONS, "授权", [], "consent"),
        (PATRONS, "许可证号", ["A1", "A2", "A1", "A2"], ""),
        (PATRONS, "授权说明", ["本人同意接收图书馆发送的各类邮件通知", "只要讲座"], ""),
        (PATRONS, "同意时间", ["2026-01-01"], "day"),
        (PATRONS, "办证日", ["2026-01-01", "2026-02-01"], "day"),
        (PATRONS, "备注日期", ["某天"], "day"),
        (PATRONS, "备注", ["某天"], ""),
        (PATRONS, "卡号（旧）", ["K1", "K2"], "number"),
        (PATRONS, "borrower", ["李雷", "韩梅"], ""),
        (LOANS, "同意短信", ["是", "否", "-"], "consent"),
        (LOANS, "归还日期", ["2026-01-01"], "day"),
        (LOANS, "学号", ["10001"], "number"),
        (LOANS, "册数", ["3", "4"], ""),
        (COUNTS, "借出", ["1,204", "30"], "figure"),
        (COUNTS, "序号", ["1", "2", "3"], ""),
        (COUNTS, "备注", ["闭馆", "3"], ""),
        (COUNTS, "统计日期", ["2026-01-01"], "day"),
    ],
)
def test_what_a_column_holds_that_nobody_took(kind, column, cells, holds):
    numbers = frozenset() if kind == COUNTS else NUMBERS
    assert what_it_holds(column, cells, kind_named(kind), numbers) == holds


@pytest.mark.django_db
def test_preview_of_loans_points_out_what_is_left_out(client):
    readers("10001", source="student")
    text = (
        "学号,借出时间,应还时间,卡号,同意邮件,题名\n10001,2026-10-05,2026-11-05,K7,是,《红楼梦》\n"
    )
    batch = uploaded(text)
    found = [(one.column, one.holds, one.cells) for one in overlooked_in(batch)]
    assert found == [
        ("应还时间", "day", ["2026-11-05"]),
        ("卡号", "number", ["K7"]),
        ("同意邮件", "consent", ["是"]),
    ]
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("crm:activity-import-preview", args=[batch.pk])).content.decode()
    assert "“应还时间”" in page
    assert "红楼梦" not in page
    assert reverse("crm:activity-import-map", args=[batch.pk]) in page


@pytest.mark.django_db
def test_preview_of_counts_points_out_what_is_left_out(client):
    by = UserFactory(role="librarian")
    text = "日期,进馆人次,特藏室,备注,采集时间\n2026-10-05,120,7,晴,2026-10-06\n"
    source = DataSource.objects.create(code="gate", name="东门", kinds=[], measures=["visits"])
    file = SimpleUploadedFile("c.csv", text.encode())
    batch = upload_file(file=file, kind="counts", source=source, by=by)
    batch.mapping = {"period": "日期", "visits": "进馆人次"}
    batch.options["spread"] = []
    batch.save()
    found = [(one.column, one.holds) for one in overlooked_in(batch)]
    assert found == [("特藏室", "figure"), ("采集时间", "day")]
    client.force_login(by)
    page = client.get(reverse("crm:tally-import-preview", args=[batch.pk])).content.decode()
    assert "特藏室" in page
    assert reverse("crm:tally-import-map", args=[batch.pk]) in page


@pytest.mark.django_db
def test_what_a_known_system_has_no_use_for_is_no_loss():
    text = "CERT_ID,NAME,DEPT,REDR_TYPE_CODE,REDR_DEL_DAY\n7,李雷,文学院,01,2030-01-01\n"
    file = SimpleUploadedFile("r.csv", text.encode())
    assert overlooked_in(upload_file(file=file, by=None)) == []
