"""Token buckets: how many are granted, how long the others wait, and many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from crm.staff import buckets
from crm.staff.models import Bucket

pytestmark = pytest.mark.django_db


def let_pass(seconds: float) -> None:
    """As if so much time had gone by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_bucket SET full_at = full_at - make_interval(secs => %s)", [seconds]
        )


def take(key="ann", rate=1 / 60, burst=3):
    return buckets.take("test", key, rate, burst)


def test_bucket_holds_its_burst_and_fills_at_its_rate():
    assert [take() for _time in range(3)] == [0, 0, 0]
    assert 55 < take() <= 60

    let_pass(60)
    assert take() == 0
    assert 55 < take() <= 60
    let_pass(10_000)
    assert [take() for _time in range(3)] == [0, 0, 0]
    assert take() > 0


def test_refused_call_takes_nothing():
    for _time in range(3):
        take()
    for _time in range(50):
        assert take() <= 60

    let_pass(60)

    assert take() == 0


def test_keys_and_names_have_buckets_of_their_own():
    for _time in range(3):
        take("ann")
    assert take("ann") > 0
    assert take("bob") == 0
    assert buckets.take("other", "ann", 1 / 60, 3) == 0


def test_looking_takes_nothing():
    for _time in range(5):
        assert buckets.look("test", "ann", 1 / 60, 3) == 0
    for _time in range(3):
        take()
    assert 55 < buckets.look("test", "ann", 1 / 60, 3) <= 60
    let_pass(60)
    assert buckets.look("test", "ann", 1 / 60, 3) == 0


def test_drained_bucket_owes_up_to_its_debt():
    waits = [buckets.drain("test", "ann", 1, 2, debt=5) for _time in range(12)]

    assert waits[:2] == [0, 0]
    assert waits[2:5] == sorted(waits[2:5])
    assert all(0 < wait <= 6 for wait in waits[2:])
    assert 5 < buckets.look("test", "ann", 1, 2) <= 6


def test_a_thousand_buckets_are_one_statement(django_assert_num_queries):
    keys = [f"program {number}" for number in range(1000)]
    with django_assert_num_queries(1):
        waits = buckets.take_each("test", keys, 1, 1)
    assert waits == dict.fromkeys(keys, 0)
    with django_assert_num_queries(1):
        waits = buckets.take_each("test", [*keys, "new"], 1 / 60, 1)
    assert waits.pop("new") == 0
    assert all(wait > 0 for wait in waits.values())


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_there_is():
    def granted(_number) -> bool:
        try:
            return take(rate=1 / 3600, burst=20) == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(granted, range(100))).count(True) == 20


def test_no_address_stands_in_the_table():
    take("203.0.113.5")
    row = Bucket.objects.values().get()
    assert bytes(row["digest"]) == buckets.digest_of("test", "203.0.113.5")
    assert "203.0.113.5" not in str(row)


def test_full_buckets_are_forgotten_and_others_are_not():
    take("ann")
    let_pass(61)
    take("bob")

    assert buckets.forget_full() == 1
    assert buckets.forget_full() == 0
    assert bytes(Bucket.objects.get().digest) == buckets.digest_of("test", "bob")


@pytest.mark.parametrize(
    ("rate", "tokens"), [("600/min", 10), ("1/s", 1), ("36/hour", 0.01), ("864/day", 0.01)]
)
def test_rate_of_a_setting_is_tokens_a_second(rate, tokens):
    assert buckets.per_second(rate) == pytest.approx(tokens)
