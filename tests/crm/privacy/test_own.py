"""What a person sees, takes along, corrects and switches off."""

import json
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.sending.clicks import JournalledClick, write_rows
from campaigns.sending.models import Click
from core.holds import shown_holds
from core.refusals import Refused
from crm.letters.models import Letter
from crm.privacy import actions, letters, own
from crm.privacy.actions.own import CODE_HOLDS, TRIES
from crm.privacy.models import Correction, NewAddress
from crm.readers.models import Activity
from crm.segments.refresh import refresh_segment
from crm.staff import audit
from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction
from tests import factories
from tests.crm.privacy.person import EMAIL, EMAIL_TOO, TEXTS, USERNAME, whole_person

#: Of rows that no key leads to.
UNSIGNED = ("unsigned", "former-voice", "header", "sender")

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(librarian):
    return whole_person(librarian)


@pytest.fixture
def me(client, reader):
    client.force_login(reader.user)
    return client


# --- everything -----------------------------------------------------------------------------------
def test_file_holds_every_kind_of_row_and_every_word_of_mine(me):
    told = json.loads(me.get(reverse("crm:me-download")).content)
    page = me.get(reverse("crm:me-file")).content.decode()

    assert [own.name_of(hold) for hold in shown_holds() if not told[own.name_of(hold)]] == []
    assert told["reader"]["traits"] == {"hobby": TEXTS[8]}
    # A voice left without an account is nobody's until it is proved whose the address is; what was
    # noted in Django's admin is of whoever did it, and is emptied where somebody is erased.
    mine = [text for text in TEXTS if not text.startswith((*UNSIGNED, "noted-in-the-admin"))]
    whole = json.dumps(told, ensure_ascii=False)
    assert [text for text in mine if text not in whole] == []
    assert [text for text in mine if text not in page] == []


def test_file_holds_nothing_of_anybody_else(me, librarian):
    other = factories.ReaderFactory(number="SOMEBODY-ELSE", name="somebody else")
    factories.VoiceFactory(reader=other, text="not mine")

    for name in ("me", "me-download", "me-file"):
        text = me.get(reverse(f"crm:{name}")).content.decode()
        assert "SOMEBODY-ELSE" not in text
        assert "not mine" not in text


#: What the account holds of the person of ``whole_person``, or nearly.
OF_THE_ACCOUNT = [
    USERNAME,
    EMAIL,
    EMAIL_TOO,
    "192.0.2.77",
    "token-unmistakable",
    "kept-unmistakable",
]


@pytest.mark.parametrize("name", ["me", "me-file", "me-download"])
def test_account_sessions_tokens_forms_and_audit_are_shown(me, name):
    """In 0.1 a person's page and files left out everything that hangs on the account."""
    said = me.get(reverse(f"crm:{name}")).content.decode()
    assert [text for text in OF_THE_ACCOUNT if text not in said] == []


def test_audit_is_said_in_words_also_where_others_did_it(me, reader, librarian):
    audit.record(action=AuditAction.READER_CHANGE, by=librarian, on=reader)
    other = factories.ReaderFactory()
    audit.record(action=AuditAction.READER_CHANGE, by=librarian, on=other)

    with translation.override("en"):
        trail = section_of(reader, "What the audit trail says of me")
    said = {(row[1], row[2]) for row in trail.rows}
    assert ("Reader · changed", "by the library") in said
    assert ("Sign-in", "by me") in said
    about = AuditEvent.objects.filter(action="reader.change", object_id=str(reader.pk))
    assert sum(row[1] == "Reader · changed" for row in trail.rows) == about.count()


def test_wrong_entry_at_my_sign_in_is_nobodys_word_of_the_library(me, reader):
    for action in (AuditAction.SIGN_IN_FAILED, AuditAction.SIGN_IN_LOCKED):
        audit.record(action=action, on=reader.user)

    with translation.override("en"):
        trail = section_of(reader, "What the audit trail says of me")
    said = {(row[1], row[2]) for row in trail.rows}
    door = "by somebody at the sign-in page"
    assert {("Sign-in · wrong entry", door), ("Sign-in · locked", door)} <= said


def test_trail_of_staff_who_are_readers_names_no_other_reader(librarian):
    mine = factories.ReaderFactory(user=librarian)
    audit.record(action=AuditAction.SEGMENT_PIN, by=librarian, reader=987654321, include=True)

    told = json.dumps(own.own_data(mine)["auditevent"], default=str)
    assert "segment.pin" in told
    assert "987654321" not in told


def test_letters_to_an_address_that_is_not_proved_mine_are_not_shown(me, reader):
    factories.LetterFactory(address="stranger@leaving.example", text="not for me")
    EmailAddress.objects.create(user=reader.user, email="stranger@leaving.example")
    for name in ("me", "me-file", "me-download"):
        assert "not for me" not in me.get(reverse(f"crm:{name}")).content.decode()


def test_secret_of_account_mail_is_on_no_page(me):
    factories.LetterFactory(address=EMAIL_TOO, purpose="account", text="code-that-opens")
    for name in ("me", "me-file", "me-download"):
        assert "code-that-opens" not in me.get(reverse(f"crm:{name}")).content.decode()


def test_account_says_since_when_there_is_a_second_factor(reader):
    with translation.override("en"):
        Authenticator.objects.all().delete()
        without = dict(section_of(reader, "My account").pairs)
        Authenticator.objects.create(user=reader.user, type="totp", data={})
        with_one = dict(section_of(reader, "My account").pairs)
    assert without["second factor since"] == "none is set up"
    assert with_one["second factor since"] != "none is set up"


def test_place_is_named_in_the_language_that_is_spoken(reader):
    named = factories.CampusFactory(name_zh="东湖校区", name_en="East Lake campus")
    unnamed = factories.CampusFactory(name_zh="西山校区", name_en="")
    for campus in (named, unnamed):
        factories.ActivityFactory(reader=reader, campus=campus)

    said = {}
    for language, title in (("en", "What I did"), ("zh-hans", "我做过的事")):
        with translation.override(language):
            said[language] = {row[2] for row in section_of(reader, title).rows}
    assert {"East Lake campus", "西山校区"} <= said["en"]
    assert {"东湖校区", "西山校区"} <= said["zh-hans"]


def section_of(reader, title: str) -> own.Section:
    return next(section for section in own.sections(reader) if section.title == title)


def test_names_of_the_rows_in_the_file_all_differ():
    names = [own.name_of(hold) for hold in shown_holds()]
    assert len(names) == len(set(names))


def test_work_that_is_being_judged_keeps_its_judgement_to_itself(me, reader):
    reader.submissions.update(state="submitted")
    assert json.loads(me.get(reverse("crm:me-download")).content)["review_submission_author"] == []


def test_reader_with_five_thousand_activities_gets_it_all(me, reader):
    rows = []
    for n in range(5_000):
        rows.append(
            Activity(reader=reader, kind="loan", at=timezone.now(), source="many", ref=str(n))
        )
    Activity.objects.bulk_create(rows)

    for name in ("me", "me-file", "me-download"):
        start = time.monotonic()
        answer = me.get(reverse(f"crm:{name}"))
        print(f"{name}: {time.monotonic() - start:.2f} s, {len(answer.content)} bytes")
    assert len(json.loads(answer.content)["activity"]) == 5_001


# --- corrections ----------------------------------------------------------------------------------
def test_correction_is_asked_decided_written_and_told(me, reader, librarian):
    Correction.objects.all().delete()
    me.post(reverse("crm:me-correct"), {"field": "name", "wanted": "欧阳独二"})
    correction = Correction.objects.get()

    me.force_login(librarian)
    page = reverse("crm:correction-detail", args=[correction.pk])
    assert me.post(page, {"granted": "no", "answer": ""}).status_code == 400
    me.post(page, {"granted": "yes", "answer": "谢谢"})

    reader.refresh_from_db()
    assert reader.name == "欧阳独二"
    assert own.own_data(reader)["correction"][0]["answer"] == "谢谢"


def test_correction_is_decided_once(librarian):
    correction = Correction.objects.create(
        reader=factories.ReaderFactory(), field="other", wanted="x"
    )
    said = {"correction": correction, "answer": "", "by": librarian}
    actions.decide_correction(granted=True, **said)
    with pytest.raises(Refused):
        actions.decide_correction(granted=False, **said)


def test_staff_of_another_campus_do_not_see_it(client):
    here, there = factories.CampusFactory.create_batch(2)
    correction = Correction.objects.create(
        reader=factories.ReaderFactory(campus=here), field="name", wanted="x"
    )
    client.force_login(factories.UserFactory(role="librarian", campus=there))
    page = reverse("crm:correction-detail", args=[correction.pk])
    assert client.get(page).status_code == 404


# --- an address that is mine ----------------------------------------------------------------------


def test_readers_letter_calls_no_worker_and_that_of_staff_does(
    reader, librarian, django_capture_on_commit_callbacks
):
    """Fault 22. Calling means to wait for the broker, and no page of a reader's does."""
    with django_capture_on_commit_callbacks() as asked_by_the_reader:
        actions.ask_address(reader=reader, address="new@example.org", by=reader.user)
    with django_capture_on_commit_callbacks() as asked_by_staff:
        actions.ask_address(reader=reader, address="newer@example.org", by=librarian)
    assert (len(asked_by_the_reader), len(asked_by_staff)) == (0, 1)


def test_address_is_mine_once_i_know_the_code(me, reader):
    me.post(reverse("crm:me-address"), {"address": "new@example.org"})
    asked = NewAddress.objects.get()
    letter = Letter.objects.get(address="new@example.org")
    assert letters.code_of(asked) in letter.text

    confirm = reverse("crm:me-address-confirm")
    assert me.post(confirm, {"code": "00000000"}).status_code == 400
    reader.refresh_from_db()
    assert reader.email != "new@example.org"

    me.post(confirm, {"code": letters.code_of(asked)})
    reader.refresh_from_db()
    assert reader.email == "new@example.org"
    assert not NewAddress.objects.exists()


def test_code_cannot_be_guessed_at_for_long(me):
    me.post(reverse("crm:me-address"), {"address": "new@example.org"})
    asked = NewAddress.objects.get()
    for _time in range(TRIES):
        me.post(reverse("crm:me-address-confirm"), {"code": "00000000"})

    right = me.post(reverse("crm:me-address-confirm"), {"code": letters.code_of(asked)})
    assert right.status_code == 400
    assert NewAddress.objects.exists()


def test_asking_again_gives_no_new_tries(me):
    """In 0.1 five tries came with every letter, so that a code could be guessed at without end."""
    page, confirm = reverse("crm:me-address"), reverse("crm:me-address-confirm")
    for _time in range(2):
        me.post(page, {"address": "new@example.org"})
        me.post(confirm, {"code": "00000000"})
        me.post(confirm, {"code": "11111111"})
    assert NewAddress.objects.get().tries == TRIES - 1

    me.post(confirm, {"code": "00000000"})
    assert me.post(page, {"address": "other@example.org"}).status_code == 400
    NewAddress.objects.update(asked_at=timezone.now() - 2 * CODE_HOLDS)
    assert me.post(page, {"address": "other@example.org"}).status_code == 302
    assert NewAddress.objects.get().tries == 0


def test_one_account_asks_for_few_letters_a_day(me):
    page = reverse("crm:me-address")
    codes = [me.post(page, {"address": f"a{n}@example.org"}).status_code for n in range(7)]
    assert codes == [302] * 5 + [400] * 2
    assert (
        Letter.objects.filter(address__startswith="a", address__endswith="@example.org").count()
        == 5
    )


def test_one_mailbox_is_written_to_few_times_however_many_ask(client):
    codes = []
    for n in range(6):
        client.force_login(factories.ReaderFactory(user=factories.UserFactory()).user)
        address = "stranger@example.org" if n % 2 else "STRANGER@example.org"
        answer = client.post(reverse("crm:me-address"), {"address": address})
        codes.append(answer.status_code)
    assert codes == [302] * 3 + [400] * 3


def test_code_of_yesterday_does_not_hold(me):
    me.post(reverse("crm:me-address"), {"address": "new@example.org"})
    NewAddress.objects.update(asked_at=timezone.now() - 2 * CODE_HOLDS)
    asked = NewAddress.objects.get()

    right = me.post(reverse("crm:me-address-confirm"), {"code": letters.code_of(asked)})
    assert right.status_code == 400


# --- analytics about oneself ----------------------------------------------------------------------
def test_switching_off_deletes_what_was_recorded_and_records_nothing(me, reader):
    me.post(reverse("crm:me-analytics"), {"allowed": "no"})
    assert not Activity.objects.filter(reader=reader).exists()
    for model in own.OF_BEHAVIOUR:
        assert not model.objects.filter(reader=reader).exists()

    Activity.objects.log([(reader.pk, "loan", timezone.now(), "x", "1")])
    assert not Activity.objects.filter(reader=reader).exists()

    me.post(reverse("crm:me-analytics"), {"allowed": "yes"})
    Activity.objects.log([(reader.pk, "loan", timezone.now(), "x", "1")])
    assert Activity.objects.filter(reader=reader).count() == 1


def test_switching_off_says_what_goes_and_deletes_nothing_before_it_was_asked(me, reader):
    """In 0.1 one press on the person's page deleted what was recorded, unasked."""
    page = me.get(reverse("crm:me-analytics"))
    goes = {section.name: section.n for section in page.context["goes"]}
    stays = {section.name for section in page.context["stays"]}

    assert goes["activity"] == Activity.objects.filter(reader=reader).count() > 0
    # In 0.1 there were no months; when they came the page said that they stay.
    assert goes.keys() == {
        "activity",
        "foldedmonth",
        "monthcount",
        "score",
        "segmentmember",
        "segmentlog",
    }
    assert {"voice", "submission", "consentevent"} <= stays
    mine = me.get(reverse("crm:me")).content.decode()
    assert f'action="{reverse("crm:me-analytics")}"' not in mine
    reader.refresh_from_db()
    assert reader.analytics


def test_erasing_says_what_stays_without_the_person(me, reader):
    page = me.get(reverse("crm:me-leave"))
    goes = {section.name for section in page.context["goes"]}
    stays = {section.name for section in page.context["stays"]}
    assert {"activity", "browsersession", "letter"} <= goes
    assert {"voice", "response", "consentevent", "auditevent"} <= stays
    assert goes & stays == set()


@pytest.mark.parametrize(
    ("rule", "is_in"),
    [
        ({"test": "kind", "in": ["undergraduate"]}, True),
        ({"test": "activity", "kind": "loan", "cmp": "le", "n": 0}, False),
        ({"test": "trait", "name": "hobby", "cmp": "exists"}, False),
    ],
)
def test_segments_of_behaviour_leave_out_who_switched_it_off(rule, is_in):
    reader = factories.ReaderFactory(traits={"hobby": "chess"}, analytics=False)
    segment = factories.SegmentFactory(rule=rule)
    refresh_segment(segment)
    assert segment.members.filter(reader=reader).exists() is is_in


def test_click_of_who_switched_it_off_counts_without_them():
    delivery = factories.DeliveryFactory(reader=factories.ReaderFactory(analytics=False))
    link = factories.TrackedLinkFactory(content=delivery.content)
    write_rows([JournalledClick(link.pk, delivery.pk, 0.0, "j:1")])

    assert Click.objects.get().delivery is None
    link.refresh_from_db()
    assert link.clicks == 1
    assert not Activity.objects.exists()
