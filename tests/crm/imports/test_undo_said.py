"""What an undone file alone had said goes, of readers whom it made as well; what a file that stays
says stays, whichever was taken back first.
"""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.imports.undoing import undo
from crm.readers.models import ConsentEvent, FormerAddress, Reader
from crm.staff.models import College
from tests.crm.imports.building import imported

pytestmark = pytest.mark.django_db
KIND = {"kind": "undergraduate", "language": "zh-hans"}
COLUMNS = {"number": "读者号", "email": "邮箱", "consent_email": "同意邮件", "cohort": "入学"}


def test_address_and_consent_of_the_file_that_made_a_reader_go_with_it():
    """A file of another library went in, was noticed a day later and taken back."""
    wrong = imported(
        "读者号,姓名,邮箱,同意邮件,入学,爱好\nA1,王丽,wrong@example.com,是,2018,诗\n",
        mapping=COLUMNS | {"name": "姓名", "trait:hobby": "爱好"},
        constants=KIND,
    )
    imported(
        "读者号,院系,主题\nA1,文学院,史\n",
        mapping={"number": "读者号", "college": "院系", "trait:subject": "主题"},
        constants=KIND,
    )
    done = undo(wrong, by=None)
    found = Reader.objects.get()
    assert (found.email, found.consents, found.cohort, found.name) == ("", [], None, "")
    assert (found.traits, str(found.college), found.kind) == (
        {"subject": "史"},
        "文学院",
        "undergraduate",
    )
    assert (done.deleted, done.restored, done.kept, done.passed) == (0, 0, 0, 1)
    assert not FormerAddress.objects.exists()
    last = ConsentEvent.objects.latest("pk")
    assert (last.granted, last.import_run) == (False, wrong.pk)


#: What rows of two readers may say: names of columns, and words for their cells.
SAYABLE = {
    "姓名": ["", "王丽"],
    "邮箱": ["", "a@example.com", "b@example.com"],
    "同意邮件": ["", "是"],
    "同意短信": ["", "是"],
    "入学": ["", "2018", "2021"],
    "院系": ["", "文学院", "法学院"],
    "爱好": ["", "诗", "画"],
    "主题": ["", "史"],
}
COLUMNS = {
    "number": "读者号",
    "email": "邮箱",
    "consent_email": "同意邮件",
    "cohort": "入学",
}
ALL_COLUMNS = COLUMNS | {
    "name": "姓名",
    "consent_sms": "同意短信",
    "college": "院系",
    "trait:hobby": "爱好",
    "trait:subject": "主题",
}
ROW = st.fixed_dictionaries({name: st.sampled_from(words) for name, words in SAYABLE.items()})


def file_of(row: dict[str, str], place: int) -> str:
    """A file of one reader; a mark of its own in it, so that no file changes nothing."""
    return f"读者号,{','.join(row)},记号{place}\nA1,{','.join(row.values())},{place}\n"


def known_of_reader():
    """What is known of the only reader, without what says when; None where there is none."""
    fields = ["name", "email", "cohort", "college__name_zh", "traits", "consents", "kind", "stage"]
    found = Reader.objects.values(*fields).first()
    if found:
        found["consents"] = sorted(found["consents"])
    return found


@settings(
    max_examples=8,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_readers_are_what_the_files_that_stay_say_whatever_was_taken_back_and_when(data):
    rows = data.draw(st.lists(ROW, min_size=2, max_size=4))
    order = data.draw(st.permutations(range(len(rows))))
    back = order[: data.draw(st.integers(1, len(rows) - 1))]

    def bring(places):
        return {
            place: imported(
                file_of(rows[place], place),
                mapping=ALL_COLUMNS | {f"trait:mark{place}": f"记号{place}"},
                constants=KIND,
            )
            for place in places
        }

    with transaction.atomic():
        bring(place for place in range(len(rows)) if place not in back)
        right = known_of_reader()
        transaction.set_rollback(True)
    with transaction.atomic():
        batches = bring(range(len(rows)))
        for place in back:
            undo(batches[place], by=None)
        assert known_of_reader() == right
        for place in order[len(back) :]:
            undo(batches[place], by=None)
        assert (Reader.objects.exists(), College.objects.exists()) == (False, False)
        transaction.set_rollback(True)
