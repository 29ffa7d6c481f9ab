"""What every room registers about itself is complete."""

from collections.abc import Iterable
from operator import attrgetter

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import override

from core import kinds, terms
from core.holds import account_holds, address_holds, registered, shown_holds, unknowables
from crm.readers.models import Reader
from crm.staff.models import User
from tests.factories import ReaderFactory, UserFactory


def columns_that_point_at_readers() -> set[tuple[str, str]]:
    """Foreign keys, and lists of keys, which no foreign key can say."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            is_key = field.remote_field and field.remote_field.model is Reader
            is_list_of_keys = isinstance(field, ArrayField) and "reader" in field.name
            if is_key or is_list_of_keys:
                found.add((model._meta.label, field.name))
    return found


def test_every_column_that_points_at_a_reader_is_registered_by_its_room():
    held = [(hold.model, hold.field) for hold in registered()]
    assert len(held) == len(set(held))
    direct = {(hold.model, hold.field) for hold in registered() if hold.is_direct}
    assert direct == columns_that_point_at_readers()


def columns_that_point_at(targets: set) -> set[str]:
    """ "crm.Job.created_by" for every foreign key that leads to one of the models."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.remote_field and field.remote_field.model in targets:
                found.add(f"{model._meta.label}.{field.name}")
    return found


#: Why rows that name an account say nothing about the person as a reader.
AT_WORK = "what a member of staff did at work; the audit trail, which is shown, tells of it"
OF_DJANGO = "rights of Django's own admin, which only administrators have and the portal ignores"
#: Columns that lead to an account and are shown under no hold, with the reason.
NOT_OF_THE_ACCOUNT = {
    "crm.User_groups.user": OF_DJANGO,
    "crm.User_user_permissions.user": OF_DJANGO,
    "admin.LogEntry.user": AT_WORK,
    "crm.Reader.user": "the reader's own row, which is shown first",
    "crm.Job.created_by": AT_WORK,
    "crm.ConsentEvent.by": AT_WORK,
    "crm.Look.user": AT_WORK,
    "crm.ImportProfile.created_by": AT_WORK,
    "crm.ImportBatch.created_by": AT_WORK,
    "crm.UsageReport.taken_by": AT_WORK,
    "crm.ListedCollection.made_by": AT_WORK,
    "crm.Letter.by": AT_WORK,
    "crm.LibrarySettings.changed_by": AT_WORK,
    "crm.ChosenTerm.changed_by": AT_WORK,
    "crm.ScoreBrackets.changed_by": AT_WORK,
    "campaigns.MailRules.changed_by": AT_WORK,
    "crm.Correction.decided_by": AT_WORK,
    "crm.Incident.written_by": AT_WORK,
    "crm.Assessment.written_by": AT_WORK,
    "crm.Segment.created_by": AT_WORK,
    "crm.SegmentPin.by": AT_WORK,
    "campaigns.Campaign.owner": AT_WORK,
    "campaigns.Campaign.locked_by": AT_WORK,
    "campaigns.Campaign.closed_by": AT_WORK,
    "campaigns.CampaignEvent.owner": AT_WORK,
    "campaigns.CampaignEvent.locked_by": AT_WORK,
    "campaigns.CampaignEvent.closed_by": AT_WORK,
    "campaigns.PhaseMove.by": AT_WORK,
    "campaigns.BudgetChange.by": AT_WORK,
    "campaigns.StandardAmendment.by": AT_WORK,
    "campaigns.Content.launched_by": AT_WORK,
    "campaigns.LimitStop.resumed_by": AT_WORK,
    "campaigns.ProgrammeHoldout.started_by": AT_WORK,
    "campaigns.ProgrammeHoldout.stopped_by": AT_WORK,
    "campaigns.LinkHost.approved_by": AT_WORK,
    "campaigns.LinkHost.removed_by": AT_WORK,
    "feedback.Call.created_by": AT_WORK,
    "feedback.Submission.published_by": AT_WORK,
    "feedback.Review.reviewer": AT_WORK,
    "feedback.Survey.created_by": AT_WORK,
    "feedback.SurveyVersion.published_by": AT_WORK,
    "feedback.Voice.assigned_to": AT_WORK,
    "feedback.VoiceMessage.author": AT_WORK,
    "crm.Standing.by": AT_WORK,
    "crm.JoinedRecord.by": AT_WORK,
    "crm.JoinedRecord.taken_apart_by": AT_WORK,
    "crm.NotTwins.by": AT_WORK,
    "crm.DepartmentMember.user": AT_WORK,
    "crm.FollowerCount.by": AT_WORK,
    "analytics.Target.set_by": AT_WORK,
    "analytics.Decision.by": AT_WORK,
    "analytics.Decision.second": AT_WORK,
    "analytics.SecondReading.answered_by": AT_WORK,
    "analytics.SecondReading.asked_by": AT_WORK,
    "pghistory.MiddlewareEvents.user": "a view of pghistory's own, without a table of its own",
}
#: Columns that lead to rows which are somebody's, and hold nothing more of them, with the reason.
SAYS_NO_MORE = {
    "account.EmailConfirmation.email_address": "a key that was mailed there, and ends in days",
    "campaigns.Click.delivery": "shown over the delivery",
    "feedback.ResponseVector.response": "the choices of the answer once more, as numbers to count",
    "feedback.Response.delivery": "leads from the answer, which is shown",
    "feedback.GoneWork.delivery": "written where its person is erased, and leads to nobody",
    "feedback.Submission.letter": "leads from the work, which is shown",
    "feedback.VoiceMessage.letter": "leads from the voice, which is shown",
}


def test_every_column_that_leads_to_an_account_is_shown_or_excepted():
    """In 0.1 a person's page left out their account, sessions, tokens and the audit trail."""
    shown = {f"{hold.model}.{hold.field}" for hold in account_holds()}
    columns = columns_that_point_at({User})
    assert columns - shown - NOT_OF_THE_ACCOUNT.keys() == set()
    # An exception that is none any more would hide a column of the same name.
    assert NOT_OF_THE_ACCOUNT.keys() - columns == set()
    assert NOT_OF_THE_ACCOUNT.keys() & shown == set()


def test_every_row_that_hangs_on_a_persons_rows_is_shown_or_excepted():
    own = {hold.model_class() for hold in shown_holds()} - {User}
    over = {f"{hold.model}.{hold.field.split('__')[0]}" for hold in registered()}
    columns = columns_that_point_at(own)
    assert columns - over - SAYS_NO_MORE.keys() == set()
    assert SAYS_NO_MORE.keys() - columns == set()


def test_what_leads_to_nobody_says_so_in_both_languages():
    for kind in unknowables():
        assert apps.get_model(kind.model)._meta.label == kind.model
        for text in (kind.title, kind.why):
            with override("en"):
                english = str(text)
            with override("zh-hans"):
                assert str(text) != english


EVERY_HOLD = pytest.mark.parametrize(
    "hold", shown_holds(), ids=lambda hold: f"{hold.model}.{hold.field}"
)


@EVERY_HOLD
def test_every_hold_says_how_it_is_shown_and_why_it_is_kept(hold):
    said = [hold.title, hold.purpose, hold.basis, *(column.label for column in hold.shown)]
    with override("en"):
        english = [str(text) for text in said]
    with override("zh-hans"):
        chinese = [str(text) for text in said]

    assert hold.shown
    assert [text for text in english if not text] == []
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


#: What there is of everybody who has an account.
OF_EVERY_ACCOUNT = {"crm.User"}


@pytest.mark.django_db
@EVERY_HOLD
def test_every_hold_shows_columns_that_its_rows_have(hold):
    paths = [column.path for column in hold.shown]
    reader = ReaderFactory(user=UserFactory())
    found = list(hold.rows(reader).values(*paths))
    assert len(found) == (hold.model in OF_EVERY_ACCOUNT)


@EVERY_HOLD
def test_every_text_of_a_hold_is_shown_or_said_to_be_ours(hold):
    """A column added to a room's model is shown to the person, or listed here as none of theirs."""
    shown = {column.path.split("__")[0] for column in hold.shown}
    written = {field.name for field in hold.model_class()._meta.local_fields}
    left = written - shown - {hold.field.split("__")[0]} - OURS.get(hold.model, set()) - KEYS
    assert left == set()


#: Columns that lead to other rows or say how a row came to be, in every model.
KEYS = {"id", "pk", "campaign", "by", "batch"}
#: By model, what is no word about the person: keys of the machinery, marks of work in hand.
OURS = {
    "crm.User": {"password", "is_staff", "is_superuser", "likeness", "of_demonstration"},
    # Said in words: on what, and which detail.
    "crm.AuditEvent": {"object_type", "object_id", "detail"},
    # What would let somebody else in is on no page.
    "mfa.Authenticator": {"data"},
    "crm.BrowserSession": {"session_key", "session_data", "public_id", "ends_at", "idle_seconds"},
    "crm.ApiToken": {"digest"},
    "crm.KeptForm": {"had_files"},
    "crm.ImportRefusal": {"field"},
    "crm.ConsentEvent": {"erased", "import_run"},
    "crm.Activity": {"ref", "late", "import_run"},
    # When the month begins and ends, which is shown as the month.
    "crm.MonthCount": {"ref", "import_run", "begins", "ends"},
    "crm.ListedLoan": {"ref", "source", "import_run"},
    "crm.JoinedRecord": {"kept_key", "gone_key", "taken_apart_by"},
    "crm.NotTwins": {"one", "other"},
    # Of what stands in the link, and of the address, which is shown.
    "crm.Subscriber": {"digest", "link"},
    "crm.Look": {"user", "reader", "readers", "n", "reason"},
    "crm.SegmentPin": {"at", "until"},
    "crm.Standing": {"then", "import_run", "moved_on", "created_at"},
    "crm.Correction": {"decided_at", "decided_by"},
    "crm.NewAddress": {"tries"},
    # The place is shown by its role; who somebody was then is what the reader's own row says.
    "campaigns.Assignment": {"identity", "campus", "outcome_so_far"},
    "campaigns.Delivery": {
        "segment_ids",
        "due_at",
        "lease_until",
        "claimed_by",
        "attempts",
        "reason",
    },
    "campaigns.Click": {"ref", "rules", "signal", "visitor"},
    "campaigns.LinkLook": {"ref", "visitor"},
    # Of which message it is, and of which single letter, which are shown themselves.
    "campaigns.ReturnedMail": {"digest", "letter"},
    # To an account's address the text is shown where it holds no secret.
    "crm.Letter": {
        "reader",
        "text",
        "kind",
        "purpose",
        "once",
        "about",
        "language",
        "html",
        "sender",
        "headers",
        "state",
        "attempts",
        "due_at",
        "expires_at",
        "claimed_by",
        "lease_until",
        "reason",
        "queued_at",
    },
    "feedback.Voice": {
        "client_id",
        "secret",
        "category",
        "campus",
        "assigned_to",
        "shown",
        "provenance",
        "answered_at",
        "closed_at",
        "suspected",
    },
    "feedback.VoiceMessage": {"from_reader", "internal", "mailed_at", "letter", "suspected"},
    "feedback.Submission": {
        "client_id",
        "published_at",
        "published_by",
        "thanked_at",
        "thanks_mailed_at",
        "letter",
        "held_at",
        "suspected",
        "created_at",
        "updated_at",
    },
    "feedback.Review": {"reviewer", "at"},
    "feedback.Response": {
        "version",
        "delivery",
        "channel",
        "segment_ids",
        "language",
        "digest",
        "flagged",
    },
}


@pytest.mark.parametrize(
    "hold",
    [hold for hold in registered() if hold.is_direct],
    ids=lambda hold: f"{hold.model}.{hold.field}",
)
def test_only_columns_that_may_be_empty_are_detached(hold):
    field = hold.model_class()._meta.get_field(hold.field)
    assert hold.erase not in ("detach", "token") or field.null


def test_kinds_of_file_and_their_fields_have_codes_of_their_own():
    assert all_differ(kind.code for kind in kinds.registered())
    # A report of COUNTER says itself what its columns are, so its kind has no fields.
    for kind in filter(attrgetter("fields"), kinds.registered()):
        assert all_differ(field.code for field in kind.fields)
        # One word in the headers of two fields would make the guess a matter of their order.
        words = []
        for field in kind.fields:
            words += field.headers.split()
        assert all_differ(words)


def all_differ(names: Iterable[str]) -> bool:
    """No name twice, and at least one."""
    found = list(names)
    return len(found) == len(set(found)) > 0


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_names_only_columns_that_its_model_has(kind):
    fields = kind.model_class()._meta.local_fields
    names = {field.name for field in fields}
    columns = {field.column for field in fields}

    assert {field.writes for field in kind.fields} - names == set()
    assert {written.column for written in kind.written} - columns == set()


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_and_its_fields_have_labels_in_both_languages(kind):
    labels = [kind.label, *(field.label for field in kind.fields)]
    with override("en"):
        english = [str(label) for label in labels]
    with override("zh-hans"):
        chinese = [str(label) for label in labels]

    assert [text for text in [*english, *chinese] if not text] == []
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


# --- how long it is kept --------------------------------------------------------------------------
def models_with_something_of_people() -> set[str]:
    """Every model with a hold, with addresses, with a history, with a file, and the trail."""
    found = {hold.model for hold in [*registered(), *address_holds()]}
    for model in apps.get_models():
        fields = model._meta.local_fields
        is_history = issubclass(model, pghistory.models.Event)
        has_file = any(isinstance(field, models.FileField) for field in fields)
        if is_history or has_file:
            found.add(model._meta.label)
    return found | {"crm.Reader", "crm.AuditEvent", "crm.ImportRefusal", "crm.KeptForm"}


def test_every_kind_of_data_has_a_term_or_says_how_long_else_it_is_kept():
    said = set()
    for one in [*terms.registered(), *terms.kept_while()]:
        said |= set(one.models)
    assert models_with_something_of_people() - said == set()
    assert {label for label in said if apps.get_model(label) is None} == set()


def test_terms_have_codes_of_their_own_bounds_and_words_in_both_languages():
    assert all_differ(term.code for term in terms.registered())
    words = []
    for term in terms.registered():
        assert 1 <= term.least <= term.default <= term.most
        words += [term.title, term.becomes]
    words += [one.reason for one in terms.kept_while()]
    with override("en"):
        english = [str(text) for text in words]
    with override("zh-hans"):
        chinese = [str(text) for text in words]
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


def test_audit_is_kept_for_180_days_at_least():
    assert terms.term("audit").least == 180
