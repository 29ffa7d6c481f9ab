"""What rows are known again by: good for comparing, and for nothing else."""

import hashlib
import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from core.keying import DerivedKey, sql
from crm.activities.naming import is_a_place, may_be_a_place
from crm.imports.models import ImportBatch
from crm.readers.models import Activity, FoldedRef
from crm.readers.models.activity import counted_already, key_of
from tests.crm.activities.building import counts, imported, readers, source_named
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

VISITS = "读者证号,入馆时间\nA1,2026-10-01 09:00:00\nA1,2026-10-02 09:00:00\n"
LOANS = (
    "读者证号,借出时间,流水号,操作\nA1,2026-10-01,7,借\nA1,2026-10-01,7,续借\nA1,2026-10-02,8,借\n"
)
PROXY = "user,timestamp,url\nA1,2026-10-01 08:00,https://a.org/\nA1,2026-10-01,https://b.org/\n"


def digest_of_before(day: str, nth: int = 1, kind: str = "visit") -> str:
    """As it was stored: whoever has it tries numbers and moments until one fits."""
    text = "\n".join(["library", "A1", day, kind, str(nth)])
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def test_statements_and_python_make_the_same_digest_under_a_key_of_one_purpose():
    one, other = DerivedKey("one"), DerivedKey("other")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql('%(text)s')}", one.params | {"text": "学号 7"})
        assert cursor.fetchone()[0] == one.hex_of("学号 7") != other.hex_of("学号 7")


def test_neither_a_number_nor_a_moment_can_be_tried_against_what_is_stored():
    readers("A1")
    imported(VISITS, "visits")
    imported(LOANS)
    imported(LOANS.replace(",7,", ",Das Kapital 2026,").replace(",8,", ",9787020002207#1,"))
    kept = set(Activity.objects.values_list("ref", flat=True))
    tried = {digest_of_before(f"2026-10-0{day} 09:00:00") for day in (1, 2)}
    assert not kept & tried
    text = serializers.serialize("json", Activity.objects.all())
    for name in ("Kapital", "978702", '"7"', '"8"'):
        assert name not in text


def test_a_refused_row_is_known_again_when_it_is_mended_and_names_no_item():
    readers("A1")
    batch = imported(
        "读者证号,借出时间,流水号\nA1,红楼梦,《红楼梦》 7\nX9,2026-10-01,8\nA1,2026-10-01,9\n"
    )
    raw = {refusal.line: refusal.raw for refusal in batch.refusals.all()}
    assert "《" not in json.dumps(list(raw.values()), ensure_ascii=False)
    assert [cells[2][:1] for cells in raw.values()] == ["~", "~"]
    # Who was missing is there now, and the list of refused rows comes back.
    readers("X9")
    mended = f"读者证号,借出时间,流水号\nX9,2026-10-01,{raw[3][2]}\n"
    assert counts(imported(mended)) == (1, 0, 0)
    assert counts(imported("读者证号,借出时间,流水号\nX9,2026-10-01,8\n")) == (0, 1, 0)


def test_what_was_stored_before_goes_under_the_key_and_the_same_old_files_add_nothing():
    (reader,) = readers("A1")
    files = [(VISITS, "visits"), (LOANS, "loans"), (PROXY, "eresources")]
    for text, kind in files:
        imported(text, kind)
    assert Activity.objects.count() == 7
    # As an earlier version had them: one visit and one loan are counted into months already.
    loans = source_named().code
    gate = source_named(kinds=("visit",)).code
    stored = {"reader": reader, "at": timezone.now(), "import_run": ImportBatch.objects.last().pk}
    proxy = list(Activity.objects.filter(kind="eresource").values_list("pk", flat=True))
    Activity.objects.exclude(kind="eresource").delete()
    for source, kind, ref in (
        (gate, "visit", digest_of_before("2026-10-02 09:00:00")),
        (loans, "loan", "7"),
        (loans, "renewal", "7:renewal"),
    ):
        Activity.objects.create(source=source, kind=kind, ref=ref, **stored)
    for key in proxy:
        Activity.objects.filter(pk=key).update(ref=hashlib.md5(str(key).encode()).hexdigest())
    own = key_of("campaigns", "click 1")
    folded = [
        key_of(gate, digest_of_before("2026-10-01 09:00:00")),
        key_of(loans, "8"),
        own,
    ]
    FoldedRef.objects.bulk_create(FoldedRef(key=key) for key in folded)
    migration = import_module("crm.migrations.0078_references_are_keyed")
    with as_owner():
        migration.put_under_the_key(None, SimpleNamespace(connection=connection))

    assert not FoldedRef.objects.filter(key__in=folded).exists()
    assert not Activity.objects.filter(ref__in=["7", "7:renewal"]).exists()
    for text, kind in files:
        assert imported(text, kind).created == 0, kind
    assert counted_already([(reader.pk, "click", timezone.now(), "campaigns", "click 1")]) == {own}


def test_a_title_is_no_name_of_a_place():
    places = "东馆 北馆 仙林校区 第一教学楼B 图书馆2 CPL MAIN-2 Law_Library"
    assert [name for name in places.split() if not is_a_place(name.replace("_", " "))] == []
    assert is_a_place("Main Library")
    assert is_a_place("East Gate")
    titles = [
        "活着",
        "红楼梦",
        "Das Kapital",
        "1984",
        "Emma",
        "《图书馆》",
        "三体 刘慈欣",
        "挪威的森林",
    ]
    titles += ["9787020002207", "A History of the Library in Ten Long Chapters", "馆" * 41]
    assert [name for name in titles if is_a_place(name)] == []
    assert not may_be_a_place("《北馆》")
    assert may_be_a_place("Kennedy")
