"""Promise 4: whoever changes what was published is found, with the row and the field."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Decision, Evaluation
from analytics.published.actions import verify_published
from analytics.published.chains import registered
from analytics.published.digests import content_digest, seal_digest
from analytics.published.marks import mark_of_look
from analytics.published.models import Seal, Verification
from analytics.published.verifying import next_number
from analytics.published.words import SENTENCES, sentence
from analytics.today.items import DeskClock
from analytics.today.troubles import broken_publications
from core.grants import table_of
from tests.analytics import building as make
from tests.analytics.published.world import said_now, undone
from tests.factories import AdjustmentFactory, UserFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

#: How a value of a type becomes another one.
OTHER = {
    "bigint": "COALESCE({0}, 0) + 1000",
    "integer": "COALESCE({0}, 0) + 1000",
    "smallint": "COALESCE({0}, 0) + 1000",
    "double precision": "COALESCE({0}, 0) + 0.5",
    "character varying": "CASE WHEN {0} = 'x' THEN 'y' ELSE 'x' END",
    "text": "{0} || 'x'",
    "boolean": "NOT {0}",
    "jsonb": "CASE WHEN {0} = '[1]' THEN '[2]'::jsonb ELSE '[1]' END",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
}
#: Columns that say whose a row is: with another value it is no longer there.
KEYS = {
    ("analytics_finding", "evaluation_id"),
    ("analytics_adjustment", "evaluation_id"),
    ("analytics_adjustment_findings", "adjustment_id"),
}
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s ORDER BY 1"""


def change(statement: str, *arguments) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        # Keys that lead nowhere are looked for at the end, which never comes here.


def columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return cursor.fetchall()


def sealed_columns() -> list[tuple[str, str, str]]:
    """(table, column, type) of everything that a seal speaks of."""
    spoken_of = set()
    for seal in Seal.objects.all():
        for row, fields in seal.parts.items():
            spoken_of |= {(row.split("/")[0], name) for name in fields}
    found = []
    for table in {table for table, _name in spoken_of}:
        for name, kind in columns(table):
            if (table, name) in spoken_of:
                found.append((table, name, kind))
    return sorted(found)


# --- what is sealed -------------------------------------------------------------------------------
def test_evaluations_and_decisions_are_sealed_one_after_another(published):
    evaluations = Seal.objects.filter(chain="evaluations")
    first, second = evaluations

    assert (first.object_id, second.object_id) == tuple(
        Evaluation.objects.order_by("number").values_list("pk", flat=True)
    )
    assert (first.number, first.corrects, first.reason) == (1, None, "first")
    assert (second.number, second.corrects, second.reason) == (2, 1, "changed")
    assert second.previous_sha256 == first.sha256
    assert second.inputs_sha256 == published.inputs_sha256
    assert Seal.objects.filter(chain="decisions").count() == Decision.objects.count() > 1
    assert not Seal.objects.filter(chained_later=True).exists()


def test_seals_speak_of_every_column_that_does_not_move(published):
    tables = {table for table, *_rest in sealed_columns()}
    expected = {table_of(rows.model) for chain in registered().values() for rows in chain.rows}
    # No month and no fact of the case is published here.
    assert tables == expected - {"analytics_publishedmonth", "analytics_observation"}
    moving = {"state", "applied_in_id", "observed", "observed_low", "observed_high"}
    moving |= {"observed_n", "observed_in_id", "applied_at"}
    for table in tables:
        left_out = {name for name, _kind in columns(table)}
        left_out -= {name for of, name, _kind in sealed_columns() if of == table}
        assert left_out == (moving if table == "analytics_adjustment" else set())


def test_what_moves_on_breaks_nothing(published, manager):
    make.follow(published.campaign, "poster", 40)
    third = evaluate(published.campaign, make.AFTER)
    assert third.number == 3
    assert said_now() == []


# --- what is found --------------------------------------------------------------------------------
def test_an_update_of_any_published_column_is_found_and_named(published):
    """Fault 57. As the owner, whom nothing refuses: it is found."""
    tried = 0
    for table, name, kind in sealed_columns():
        with undone(), connection.cursor() as cursor:
            cursor.execute(f"SELECT max(id) FROM {table}")
            (row,) = cursor.fetchone()
            other = OTHER[kind].format(name)
            change(f"UPDATE {table} SET {name} = {other} WHERE id = %s", row)
            # A decision that changed does not give its proposal's state any more either, nor do
            # inputs that changed their figures.
            said = [line for line in said_now() if "not follow from its" not in line]
            if name == "id" or (table, name) in KEYS:
                assert any(f"{table}/{row} is missing" in line for line in said), (table, name)
            else:
                assert [line.partition(": ")[2] for line in said] == [
                    f"{table}/{row} differs in {name}"
                ]
            tried += 1
    assert tried > 40


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("analytics_finding", "analytics_finding/{row} is missing"),
        ("analytics_decision", "analytics_decision/{row} is missing"),
        ("analytics_adjustment_findings", "analytics_adjustment_findings/{row} is missing"),
    ],
)
def test_a_deleted_row_is_found(published, table, said):
    with undone(), connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        (row,) = cursor.fetchone()
        change(f"DELETE FROM {table} WHERE id = %s", row)
        assert said.format(row=row) in "\n".join(said_now())


def test_a_row_added_to_what_is_published_is_found(published):
    kept = published.findings.order_by("pk").last()
    kept.pk, kept.subject = None, "channel:telegram"
    kept.save()
    assert said_now() == [
        f"Evaluations 2: analytics_finding/{kept.pk} was added after the publication"
    ]


def test_a_published_thing_without_a_seal_is_found(published):
    forged = Evaluation.objects.create(
        campaign=published.campaign,
        number=9,
        as_of=make.AFTER,
        inputs_sha256="0" * 64,
        inputs={},
        results={},
    )
    assert said_now() == [
        f"Evaluations: analytics_evaluation/{forged.pk} was never sealed",
        f"analytics_evaluation/{forged.pk}: the figures do not follow from its frozen inputs",
    ]


def test_a_decision_put_in_beside_the_portal_is_found(published, manager):
    """As the application's role, which may add rows: the state moves with it, and no seal does."""
    waiting = AdjustmentFactory(evaluation=published, target="beside")
    forged = Decision.objects.create(adjustment=waiting, verdict="accept", by=manager)
    Adjustment.objects.filter(pk=waiting.pk).update(state=Adjustment.State.ACCEPTED)
    assert f"Decisions: analytics_decision/{forged.pk} was never sealed" in said_now()


def test_a_seal_taken_out_is_found(published):
    change("DELETE FROM analytics_seal WHERE chain = 'evaluations' AND number = 1")
    assert "Evaluations: a seal is missing between 0 and 2" in said_now()


def test_the_last_seal_taken_out_with_its_decision_is_found_by_the_night_before(published):
    verify_published(by=None)
    last = Seal.objects.filter(chain="decisions").last()
    change("DELETE FROM analytics_decision WHERE id = %s", last.object_id)
    change("DELETE FROM analytics_seal WHERE id = %s", last.pk)

    end, state, noted = said_now()
    assert state.endswith("the state accepted does not follow from its decision")
    assert end.startswith(f"Decisions: seal {last.number}, the last one on ")
    assert noted.startswith(f"Decisions: seal {last.number}, noted in the list")


def test_seals_that_changed_places_are_found(published):
    one, two = Seal.objects.filter(chain="decisions").order_by("number")[:2]
    change("UPDATE analytics_seal SET number = 900 WHERE id = %s", one.pk)
    change("UPDATE analytics_seal SET number = %s WHERE id = %s", one.number, two.pk)
    change("UPDATE analytics_seal SET number = %s WHERE id = %s", two.number, one.pk)

    said = said_now()
    assert f"Decisions {one.number}: it does not follow on the seal before it" in said
    assert f"Decisions {one.number}: the seal itself was rewritten" in said


def test_one_seal_hashed_anew_does_not_fit_the_next(published):
    """Who changes a row and its own hash has to change every seal after it as well."""
    first = Seal.objects.filter(chain="evaluations").first()
    row = f"analytics_evaluation/{first.object_id}"
    change("UPDATE analytics_evaluation SET results = '{}' WHERE id = %s", first.object_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sha256('{}'), 'hex')")
        first.parts[row]["results"] = cursor.fetchone()[0]
    first.content_sha256 = content_digest(first.parts)
    first.sha256 = seal_digest(first)
    with as_owner():
        first.save()

    assert said_now() == [
        "Evaluations 2: it does not follow on the seal before it",
        "Evaluations 1: this seal was not made by the portal, though its hashes may fit",
        f"{row}: the figures do not follow from its frozen inputs",
    ]


@pytest.mark.parametrize(
    "column", [field.column for field in Seal._meta.concrete_fields if field.name != "id"]
)
def test_a_seal_itself_cannot_be_rewritten(published, column):
    kinds = dict(columns("analytics_seal"))
    other = OTHER[kinds[column]].format(column)
    if column == "parts":
        other = "parts - (SELECT min(key) FROM jsonb_each(parts))"
    with undone():
        change(
            f"UPDATE analytics_seal SET {column} = {other}"
            " WHERE chain = 'evaluations' AND number = 1"
        )
        assert said_now() != []


def test_a_decided_proposal_stays_decided(published):
    """Its state may move, as the application, and only once."""
    decided = Adjustment.objects.filter(decision__isnull=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        decided.update(state=Adjustment.State.PROPOSED)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        decided.update(expected=9)


# --- telling --------------------------------------------------------------------------------------
def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("verify", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_command_says_that_everything_holds_and_names_the_heads(published):
    head = Seal.objects.filter(chain="evaluations").last()
    code, out, err = run("--expect", head.short)
    assert (code, err) == (0, "")
    assert f"evaluations: 2 seals, the last one {head.sha256}" in out


def test_command_ends_with_1_and_says_what_differs(published):
    change("UPDATE analytics_finding SET n = 7 WHERE evaluation_id = %s", published.pk)
    code, _out, err = run()
    assert code == 1
    assert err.count("differs in n") == published.findings.count()
    stored = Verification.objects.first().breaks
    with override("en"):
        assert [sentence(one) for one in stored] == err.splitlines()


def test_a_break_is_told_to_managers_and_named_on_its_page(published, manager, client):
    change("UPDATE analytics_finding SET n = 7 WHERE id = %s", published.findings.first().pk)
    verify_published(by=None)

    clock = DeskClock(timezone.now())
    told = [(line.text, line.url) for line in broken_publications(manager, clock)]
    assert told == [("1 个已公布的数字与公布时不同", reverse("analytics:published"))]
    assert list(broken_publications(UserFactory(role="librarian"), clock)) == []
    client.force_login(manager)
    row = f"analytics_finding/{published.findings.first().pk}"
    address = reverse("analytics:published")
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert f"{row} differs in n" in page
    page = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    assert f"{row} 的 n 与公布时不同" in page


def test_report_shows_its_seal_and_when_it_was_looked_through(published, manager, client):
    client.force_login(manager)
    with override("en"):
        before = client.get(published.get_absolute_url(), headers={"accept-language": "en"})
        verify_published(by=None)
        after = client.get(published.get_absolute_url(), headers={"accept-language": "en"})

    seal = Seal.objects.of("evaluations", published.pk)
    assert f"Sealed as number 2, with the check code {seal.short}." in before.content.decode()
    assert "The nightly check has not been here yet." in before.content.decode()
    assert "unchanged since the publication" in after.content.decode()


def test_two_who_publish_at_once_get_two_numbers_of_one_chain(published):
    numbers = list(Seal.objects.filter(chain="decisions").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_hash_written_down_elsewhere_must_be_there(published):
    code, _out, err = run("--expect", "0123456789ab")
    assert (code, err) == (1, "0123456789ab: no seal has this hash\n")


def test_breaks_of_earlier_versions_are_quoted_as_they_were(published, manager, client):
    old = Verification(pk=next_number(), seals=1, heads={}, breaks=["evaluations 1: something"])
    # As the upgrade marks what an earlier version found.
    old.mac = mark_of_look(old)
    old.save(force_insert=True)
    client.force_login(manager)
    assert "evaluations 1: something" in client.get(reverse("analytics:published")).content.decode()


def test_every_break_has_words_in_chinese():
    with override("zh-hans"):
        assert [text for text in SENTENCES.values() if gettext(text) == text] == []


# --- the list outside of the database -------------------------------------------------------------
def test_a_chain_cut_short_with_all_that_speaks_of_it_is_found_by_the_list(published, settings):
    """Fault 57. An old copy of the database in place of the new one has no fault of its own."""
    verify_published(by=None)
    verify_published(by=None)
    assert len(settings.HEADS_LIST.read_text().splitlines()) == 2
    last = Seal.objects.filter(chain="decisions").last()
    change("DELETE FROM analytics_decision WHERE id = %s", last.object_id)
    change("DELETE FROM analytics_seal WHERE id = %s", last.pk)
    change("DELETE FROM analytics_verification")

    said = said_now()
    noted = f"Decisions: seal {last.number}, noted in the list heads.txt, is gone or another"
    assert noted in said
    kept = settings.HEADS_LIST.rename(settings.HEADS_LIST.with_name("kept.txt"))
    assert noted not in said_now()
    code, _out, err = run("--against", str(kept))
    assert code == 1
    assert noted.replace("heads.txt", "kept.txt") in err


def test_a_list_that_is_not_there_is_no_proof(published, tmp_path):
    with pytest.raises(CommandError, match="there is no"):
        run("--against", str(tmp_path / "x.txt"))


def test_a_list_that_cannot_be_written_holds_up_nothing(published, settings, tmp_path):
    settings.HEADS_LIST = tmp_path / "file" / "heads.txt"
    (tmp_path / "file").write_text("")
    assert verify_published(by=None).holds
