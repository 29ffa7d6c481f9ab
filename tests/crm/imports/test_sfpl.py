"""San Francisco's patron file, whole.

423,448 rows, 423,448 readers, and nothing changes the second time.
"""

import io
from datetime import date

import pytest
from django.core.management import call_command

from crm.imports.models import ImportBatch
from crm.readers.models import ConsentEvent, Reader
from tests.data import real_file

PATRONS = 423_448


@pytest.mark.slow
@pytest.mark.django_db
def test_sfpl_patrons_all_come_in_once():
    patrons = real_file("sfpl", "Library_Usage.csv.gz")

    for _time in range(2):
        call_command("import_readers", patrons, profile="sfpl", stdout=io.StringIO())

    again, first = ImportBatch.objects.order_by("-pk")
    assert (first.created, first.refused) == (PATRONS, 0)
    assert (again.created, again.changed, again.unchanged, again.refused) == (0, 0, PATRONS, 0)
    readers = Reader.objects.all()
    assert readers.count() == PATRONS
    assert readers.filter(last_seen_on=None).count() == 67_904
    assert readers.filter(email_made=True).count() == readers.exclude(email="").count() == 336_420
    # 95 want their notices by e-mail and gave no address: they agreed to nothing that could be
    # sent.
    assert readers.reachable("email").count() == 323_937 - 95
    # The file's yes covers notices, events and surveys.
    assert ConsentEvent.objects.count() == 3 * (323_937 - 95)
    patron = readers.select_related("campus").get(number="1")
    assert (patron.kind, patron.email, patron.campus.name_en) == (
        "public",
        "sfpl-1@example.org",
        "Main Library",
    )
    assert (patron.registered_on, patron.last_seen_on) == (date(2003, 1, 1), date(2012, 11, 1))
    assert patron.traits == {
        "age_range": "65 to 74 years",
        "patron_type": "SENIOR",
        "total_checkouts": 28,
        "total_renewals": 13,
        "outside_county": True,
        "registered_year": 2003,
    }
