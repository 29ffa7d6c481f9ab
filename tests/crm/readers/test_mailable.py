"""Who may be mailed: one rule, said as a QuerySet, as SQL and of one reader."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.addresses import address_digest
from crm.readers import queries
from crm.readers.actions import unsubscribe, update_reader
from crm.readers.models import ContactChannel, Purpose, Reader, Suppression, permissions
from crm.segments.compile import compile_rule
from tests.factories import ReaderFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

#: Two persons' addresses, one of them written in two ways, and none.
ADDRESSES = ["", "li@example.org", "LI@example.org", "wang@example.org"]
PERMISSIONS = [*permissions("email"), *permissions("sms"), *permissions("wechat")]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(Reader.State.values),
            "email": st.sampled_from(ADDRESSES),
            "phone": st.sampled_from(["", "1380000"]),
            "wechat": st.sampled_from(["", "openid"]),
            "consents": st.lists(st.sampled_from(PERMISSIONS), unique=True),
            "email_trouble": st.sampled_from(["", "refused"]),
            "stop": st.sampled_from([None, "for good", "since over", "for now"]),
        }
    ),
    max_size=6,
)
PURPOSES = st.sampled_from(Purpose.values)
SUPPRESSED = st.sets(st.sampled_from(ADDRESSES[1:] + ["nobody@example.org"]))


def store(rows, suppressed) -> list[Reader]:
    with as_owner():
        Suppression.objects.all().delete()
    with as_owner():
        Reader.objects.all().delete()
    for digest in {address_digest(address) for address in suppressed}:
        Suppression.objects.create(channel="email", digest=digest, reason="unsubscribed")
    return [ReaderFactory(**fields_of(row)) for row in rows]


#: Until when a stop holds.
UNTIL = {
    "for good": None,
    "since over": datetime(2020, 3, 3, tzinfo=UTC),
    "for now": datetime(2199, 3, 3, tzinfo=UTC),
}


def fields_of(row) -> dict:
    """A reader's fields, with the days that belong to a trouble and to a stop."""
    fields = {name: value for name, value in row.items() if name != "stop"}
    if row["email_trouble"]:
        fields["email_trouble_at"] = datetime(2026, 3, 3, tzinfo=UTC)
    if row["stop"]:
        fields |= {"stop_reason": "illness", "stop_until": UNTIL[row["stop"]]}
    return fields


def expected(row, suppressed, purpose) -> str:
    """The rule in plain words: the first reason why not, "" for may be mailed."""
    if row["state"] != "active":
        return "left"
    if not row["email"]:
        return "no_address"
    if f"email:{purpose}" not in row["consents"]:
        return "no_consent"
    if row["stop"] in ("for good", "for now"):
        return "stopped"
    if row["email_trouble"]:
        return "undeliverable"
    if row["email"].lower() in {address.lower() for address in suppressed}:
        return "suppressed"
    return ""


def selected(condition: str, purpose: str) -> set[int]:
    values = {
        "suppressed": Reader.objects.suppressed(purpose),
        "permission": queries.mail_permission(purpose),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.id FROM crm_reader r WHERE {condition}", values)
        return {pk for (pk,) in cursor.fetchall()}


def reasons(purpose: str) -> dict[int, str]:
    values = {
        "suppressed": Reader.objects.suppressed(purpose),
        "permission": queries.mail_permission(purpose),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.id, {queries.WHY_NOT_MAILABLE} FROM crm_reader r", values)
        return dict(cursor.fetchall())


@given(rows=ROWS, suppressed=SUPPRESSED, purpose=PURPOSES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_query_sql_and_row_agree_on_who_may_be_mailed(rows, suppressed, purpose):
    readers = store(rows, suppressed)
    why = {
        reader.pk: expected(row, suppressed, purpose)
        for reader, row in zip(readers, rows, strict=True)
    }
    mailable = {pk for pk, reason in why.items() if reason == ""}

    assert set(Reader.objects.mailable(purpose).values_list("pk", flat=True)) == mailable
    assert selected(queries.MAILABLE, purpose) == mailable
    assert {reader.pk for reader in readers if queries.may_be_mailed(reader, purpose)} == mailable
    assert reasons(purpose) == why


@given(rows=ROWS, suppressed=SUPPRESSED)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_query_and_sql_agree_on_every_channel(rows, suppressed):
    store(rows, suppressed)
    everybody = set(Reader.objects.values_list("pk", flat=True))
    reached_by_any = set()
    for channel in ContactChannel.values:
        reached = set(Reader.objects.reachable(channel).values_list("pk", flat=True))
        sql, params = compile_rule({"test": "consent", "channel": channel, "is": "reachable"})
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            assert {pk for (pk,) in cursor.fetchall()} == reached
        reached_by_any |= reached
    unreachable = set(Reader.objects.unreachable().values_list("pk", flat=True))
    assert unreachable == everybody - reached_by_any


def test_suppressed_among_names_every_row_with_the_address(django_assert_num_queries):
    store([], ["li@example.org"])
    with django_assert_num_queries(1):
        found = queries.suppressed_among(
            [(1, "li@example.org"), (2, "LI@example.org"), (3, "wang@example.org"), (4, "")],
            "events",
        )
    assert found == {1, 2}


def test_no_address_is_hashed_where_nothing_is_suppressed(django_assert_num_queries):
    ReaderFactory()
    with django_assert_num_queries(1):
        assert Reader.objects.suppressed("events") == []


def test_withdrawal_acts_on_every_row_of_the_person():
    """Fault 62. Two rows of one person: what is withdrawn in one is withdrawn in both."""
    one = ReaderFactory(name="Li", email="li@example.org", phone="13900000001", consents=["email"])
    by_mailbox = ReaderFactory(name="Li", email="LI@Example.org", consents=["email"])
    by_number = ReaderFactory(
        name="Li", email="li.home@example.org", phone="+86 139-0000-0001", consents=["email"]
    )
    family = ReaderFactory(
        name="Wang", email="wang@example.org", phone="13900000001", consents=["email"]
    )

    unsubscribe(reader=one, source="unsubscribe page", by=None)

    for row in (one, by_mailbox, by_number):
        row.refresh_from_db()
        assert row.consents == []
        assert set(row.consent_events.values_list("granted", flat=True)) == {False}
    # The other row's own address is stopped too: no later file may bring it back.
    assert Suppression.objects.of_address("email", "li.home@example.org").count() == 4
    assert Reader.objects.mailable("events").get() == family


def test_withdrawal_acts_on_the_address_before(librarian):
    reader = ReaderFactory(email="before@example.org")
    update_reader(reader=reader, by=librarian, email="after@example.org")
    unsubscribe(reader=reader, source="unsubscribe page", by=None)
    again = ReaderFactory(email="Before@example.org", consents=["email"])

    assert Suppression.objects.of_address("email", "after@example.org").exists()
    assert not Reader.objects.mailable("events").filter(pk=again.pk).exists()
