"""WeChat is bound by the reader alone: no file says whose account it is."""

import pytest
from django.urls import reverse

from crm.imports.files import problems_of
from crm.imports.openids import columns_of_openids
from crm.readers.models import Reader
from tests.crm.imports.building import batch_of, imported, uploaded
from tests.factories import ReaderFactory

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
OTHER = "oABCDEFGHIJKLMNOPQRSTUVWX_-1"
FILE = f"读者号,姓名,微信OpenID,邮箱\nA1,李雷,{OPENID},a1@example.org\nA2,韩梅梅,{OTHER},\n"


@pytest.mark.parametrize(
    "name",
    ["openid", "OpenID", "微信OpenID", "微信 open_id", "unionid", "小程序openid", "UnionId（微信）"]
    + ["微信", "微信号", "WeChat", "wechat_id", "wx_openid", "公众号OPENID", "Weixin ID", "微信號"],
)
def test_columns_of_accounts_are_known_by_their_names(name):
    assert columns_of_openids(["读者号", name], [["A1", "x"]]) == [name]


def test_columns_of_accounts_are_known_by_what_stands_in_them():
    rows = [["A1", OPENID], ["A2", ""], ["A3", OTHER]]
    assert columns_of_openids(["读者号", "账号"], rows) == ["账号"]


@pytest.mark.parametrize("name", ["同意微信", "consent_wechat", "微信通知", "姓名", "open", "id"])
def test_what_is_no_account_is_left_alone(name):
    assert columns_of_openids([name], [["是"], ["overdue-notice-by-wechat-is-ok"]]) == []


@pytest.mark.django_db
def test_no_openid_is_taken_and_the_pages_say_why(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    batch = uploaded(FILE, by=librarian)
    assert batch.mapping == {"number": "读者号", "name": "姓名", "email": "邮箱"}
    batch.source = "library"
    batch.save()
    for step in ("map", "preview"):
        html = client.get(reverse(f"crm:import-{step}", args=[batch.pk])).content.decode()
        assert "a reader binds WeChat herself" in " ".join(html.split())
        assert OPENID not in html


@pytest.mark.django_db
def test_a_bound_account_stays_what_its_reader_made_it():
    reader = ReaderFactory(source="library", number="A1", name="李雷", wechat="bound")
    imported(FILE, mapping={"number": "读者号", "name": "姓名"})
    reader.refresh_from_db()
    assert reader.wechat == "bound"
    assert Reader.objects.get(number="A2").wechat == ""


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["trait:account", "number", "name"])
def test_a_column_of_openids_is_refused_whatever_it_is_called(field):
    mapping = {"number": "读者号", "name": "姓名"} | {field: "微信OpenID"}
    (said,) = problems_of(batch_of(FILE, mapping=mapping))
    assert "微信OpenID" in said
