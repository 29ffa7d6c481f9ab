"""Somebody withdraws a consent while an import is between reading the readers and writing them."""

from threading import Thread

import pytest
from django.db import connection

from crm.imports.merging import Merge
from crm.readers.actions import unsubscribe
from crm.readers.models import ConsentEvent, Reader
from tests.crm.imports.building import imported
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = [
    "读者号,读者类型,姓名\nA1,本科生,新名\n",
    "读者号,读者类型,姓名,同意邮件\nA1,本科生,新名,是\n",
]


def withdraw(reader):
    """In a thread, so over a connection of its own."""
    try:
        unsubscribe(reader=reader, source="unsubscribe page", by=None)
    finally:
        connection.close()


@pytest.fixture
def meanwhile(monkeypatch):
    """Calls the given function after the import has weighed its rows and before it writes them."""

    def hook(act):
        write = Merge.write
        monkeypatch.setattr(Merge, "write", lambda merge: (act(), write(merge))[1])

    return hook


@pytest.mark.parametrize("table", TABLES, ids=["without consents", "with consents"])
@pytest.mark.parametrize("consents", [["email"], []], ids=["given before", "not given"])
def test_consent_withdrawn_during_an_import_stays_withdrawn(meanwhile, table, consents):
    reader = ReaderFactory(number="A1", name="新生", consents=consents)
    thread = Thread(target=withdraw, args=[reader])

    def act():
        thread.start()
        thread.join(timeout=1)  # waits for the import's lock; without one it would be done at once

    meanwhile(act)
    columns = {"number": "读者号", "kind": "读者类型", "name": "姓名"}
    imported(
        table, mapping=columns | ({"consent_email": "同意邮件"} if "同意邮件" in table else {})
    )
    thread.join()

    reader = Reader.objects.get()
    assert (reader.name, reader.consents) == ("新名", [])
    assert ConsentEvent.objects.first().granted is False
