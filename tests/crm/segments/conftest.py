from datetime import date

import pytest
from django.test import Client

from crm.rfc.measuring import measure
from tests.crm.segments.building import NOW, days_ago
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    CollegeFactory,
    ReaderFactory,
)


@pytest.fixture
def small_world(db):
    """Five readers who differ in everything a rule can ask for."""
    gulou, xianlin = CampusFactory(code="gulou"), CampusFactory(code="xianlin")
    history = CollegeFactory(code="history")
    made = {
        "ann": {
            "kind": "undergraduate",
            "campus": gulou,
            "college": history,
            "cohort": 2024,
            "last_seen_on": NOW.date(),
        },
        "bob": {"kind": "master", "campus": xianlin, "cohort": 2022, "language": "en", "email": ""},
        "cai": {
            "kind": "teacher",
            "registered_on": date(2020, 9, 1),
            "traits": {"title": "Prof", "rank": 3},
        },
        "dan": {
            "kind": "alumnus",
            "consents": [],
            "traits": {"title": "x%s'; --", "rank": "12"},
            "phone": "1",
        },
        "eve": {
            "kind": "master",
            "state": "left",
            "last_seen_on": date(2026, 5, 2),
            "registered_on": date(2026, 1, 5),
        },
    }
    readers = {
        name: ReaderFactory(name=name, number=name, **fields) for name, fields in made.items()
    }
    for name, kind, age in [
        *[("ann", "loan", age) for age in (1, 10, 89)],
        *[("bob", "loan", age) for age in (5, 91, 400)],
        ("bob", "visit", 2),
        ("cai", "visit", 400),
        ("eve", "loan", 3),
    ]:
        ActivityFactory(reader=readers[name], kind=kind, at=days_ago(age))
    measure(as_of=NOW)
    return readers


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client
