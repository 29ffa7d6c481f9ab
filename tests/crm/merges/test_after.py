"""What happens to joined records later: files, erasing, a restored backup, surveys."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from core.refusals import Refused
from crm.identity.actions import remove_number
from crm.imports.undoing import undo
from crm.merges import actions
from crm.merges.models import JoinedRecord, MergedRow
from crm.privacy import actions as privacy
from crm.privacy import traces
from crm.privacy.models import Erasure
from crm.readers.models import Reader
from feedback.surveys import intake
from feedback.surveys.finding import find_survey
from tests.crm.merges.pairs import pair
from tests.factories import ImportBatchFactory, ReaderFactory
from tests.feedback.building import published

pytestmark = pytest.mark.django_db


def test_erasing_a_joined_record_erases_both_under_both_numbers(librarian):
    """A backup from before knows two rows: each must be known again."""
    kept, gone = pair(librarian)
    actions.merge(kept=kept, gone=gone, by=librarian)
    privacy.erase(reader=kept, reason="asked-desk", by=librarian)
    assert not Reader.objects.filter(pk__in=[kept.pk, gone.pk]).exists()
    digests = set(map(bytes, Erasure.objects.values_list("digest", flat=True)))
    assert digests == {
        traces.identity_digest("student", "S1"),
        traces.identity_digest("library", "K1"),
    }
    assert not JoinedRecord.objects.exists()
    assert not MergedRow.objects.exists()


def test_a_restored_backup_erases_the_one_that_was_erased_and_not_the_other(librarian):
    kept = ReaderFactory(number="K", name="甲", email="k@example.com")
    gone = ReaderFactory(number="G", name="乙", email="g@example.com")
    actions.merge(kept=kept, gone=gone, by=librarian)
    until = {traces.identity_digest("library", "G"): timezone.now()}
    assert privacy.erase_again(until=until) == 1
    assert Reader.objects.filter(pk=kept.pk).exists()
    assert not Reader.objects.filter(pk=gone.pk).exists()


def test_the_number_of_a_joined_record_stays_with_it(librarian):
    kept, gone = ReaderFactory(number="K"), ReaderFactory(number="G")
    actions.merge(kept=kept, gone=gone, by=librarian)
    with pytest.raises(Refused):
        remove_number(identity=kept.identities.get(number="G"), by=librarian)


def test_the_page_says_why_the_number_of_a_joined_record_stays(client, librarian):
    kept, gone = ReaderFactory(number="K"), ReaderFactory(number="G")
    actions.merge(kept=kept, gone=gone, by=librarian)
    joined = kept.identities.get(number="G")
    client.force_login(librarian)
    page = reverse("crm:reader-number-remove", args=[kept.pk, joined.pk])
    told = client.post(page, follow=True).content.decode()
    assert "这个号码来自一条已合并的记录。请改为拆分这两条记录。" in told
    assert kept.identities.filter(pk=joined.pk).exists()


def test_undoing_an_import_after_a_joining_keeps_the_joined_record(librarian):
    """A row that something names is not taken back; the import says that it stayed."""
    at = timezone.now()
    batch = ImportBatchFactory(
        file=ContentFile(b"number\nK\nG\n", name="r.csv"), state="done", merged_at=at, created=2
    )
    both = []
    for number in ("K", "G"):
        reader = ReaderFactory(number=number, import_batch=batch)
        Reader.objects.filter(pk=reader.pk).update(updated_at=at)
        both.append(reader)
    kept, gone = both
    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    done = undo(batch, by=librarian)
    assert (done.deleted, done.kept) == (0, 2)
    kept.refresh_from_db()
    actions.part(merge=merge, by=librarian)
    gone.refresh_from_db()
    assert gone.import_batch == batch


def test_whoever_took_part_under_the_other_record_has_taken_part():
    """An anonymous survey knows a person by a keyed hash alone, which nobody can move."""
    survey = find_survey(published(anonymous=True).slug)
    kept, gone = ReaderFactory(), ReaderFactory()
    took = intake.Respondent(reader_id=gone.pk, registered=True)
    joined = intake.Respondent(reader_id=kept.pk, registered=True, joined=[gone.pk])
    assert not intake.took_part(survey, joined)
    assert answer(survey, took) == intake.Receipt.KEPT
    assert intake.took_part(survey, joined)
    assert answer(survey, joined) == intake.Receipt.OTHER
    assert not intake.took_part(survey, intake.Respondent(reader_id=kept.pk, registered=True))


def answer(survey, respondent) -> intake.Receipt:
    sent = intake.SubmittedAnswers(client_id=uuid4(), language="en", answers={}, flagged="")
    return intake.keep(survey, respondent, sent)
