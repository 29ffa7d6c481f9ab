"""Promise 4: what somebody with the application's role puts in by SQL alone is found at once, by
the look through the chains and by the desk, however well its hashes fit.
"""

import io
import json
from datetime import UTC

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from analytics.loop.evaluate import evaluate
from analytics.published.actions import verify_published
from analytics.published.chains import registered
from analytics.published.digests import content_digest, seal_digest
from analytics.published.models import Seal, Verification
from analytics.published.sealing import parts_of
from analytics.today.items import DeskClock
from analytics.today.troubles import broken_publications
from core import vouching
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.analytics.published.world import said_now
from tests.factories import AdjustmentFactory, UserFactory

pytestmark = pytest.mark.django_db

OTHER_KEY = "another key of fifty characters, that nobody else knows"
FORGED_LOOK = """
    INSERT INTO analytics_verification (at, seals, heads, breaks, mac)
    SELECT statement_timestamp(), seals, heads, '[]', %s FROM analytics_verification
    ORDER BY at DESC LIMIT 1"""
FORGED_MONTH = """
    INSERT INTO analytics_publishedmonth (month, number, figures, changed, at)
    VALUES ('2031-01-01', 1, '{}', '[]', now()) RETURNING id"""
FORGED_EVALUATION = """
    INSERT INTO analytics_evaluation
        (campaign_id, number, as_of, computed_at, inputs_sha256, inputs, results)
    SELECT campaign_id, 99, as_of, computed_at, repeat('0', 64), inputs, results
    FROM analytics_evaluation ORDER BY number DESC LIMIT 1 RETURNING id"""
FORGED_FINDING = """
    INSERT INTO analytics_finding ({columns}) SELECT {values}
    FROM analytics_finding WHERE subject <> 'forged' ORDER BY id LIMIT 1"""
COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_name = 'analytics_finding' AND column_name <> 'id'"""
FORGED_SEAL = """
    INSERT INTO analytics_seal (chain, number, object_id, corrects, reason, inputs_sha256, parts,
        content_sha256, previous_sha256, sha256, chained_later, at, mac)
    VALUES (%s, %s, %s, NULL, 'first', '', %s, %s, %s, %s, false, %s, %s)"""


def put_in(statement: str, *arguments) -> int | None:
    """Run by the application's own role, whose rights a thief of its password has."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone()[0] if cursor.description else None


def put_in_with_a_seal(chain: str, object_id: int, mac: str = "") -> int:
    """A seal with every hash right, as whoever reads the program can make it: its number."""
    last = Seal.objects.filter(chain=chain).last() or Seal(number=0, sha256="")
    forged = Seal(
        chain=chain,
        number=last.number + 1,
        object_id=object_id,
        reason="first",
        parts=parts_of(registered()[chain], object_id)[object_id],
        previous_sha256=last.sha256,
        at=timezone.now(),
    )
    forged.content_sha256 = content_digest(forged.parts)
    put_in(
        FORGED_SEAL,
        chain,
        forged.number,
        object_id,
        json.dumps(forged.parts),
        forged.content_sha256,
        forged.previous_sha256,
        seal_digest(forged),
        forged.at.astimezone(UTC),
        mac,
    )
    return forged.number


def forged_decision(by) -> int:
    waiting = AdjustmentFactory(target="beside")
    return put_in(
        "INSERT INTO analytics_decision (adjustment_id, verdict, by_id, reason, at)"
        " VALUES (%s, 'accept', %s, '', now()) RETURNING id",
        waiting.pk,
        by.pk,
    )


def desk_says(manager) -> str:
    """What the managers' first page says of published figures, without a look through them all."""
    clock = DeskClock(timezone.now())
    return "\n".join(line.text for line in broken_publications(manager, clock))


def page_says(client, manager) -> str:
    client.force_login(manager)
    page = client.get(reverse("analytics:published"), headers={"accept-language": "en"})
    return page.content.decode()


def test_looks_and_seals_of_the_portal_break_nothing(published, manager, client):
    first = verify_published(by=None)
    assert first.holds
    assert desk_says(manager) == ""
    assert "Not as it was published" not in page_says(client, manager)


def test_desk_is_quiet_before_the_first_look(published, manager):
    assert not Verification.objects.exists()
    assert desk_says(manager) == ""


@pytest.mark.parametrize("mac", ["", "of another look"])
def test_a_look_put_in_by_sql_hides_nothing(published, manager, client, mac):
    """Fault 57. A broken chain, and a clean look dated now: without a MAC, or with another's."""
    last = verify_published(by=None)
    put_in(FORGED_LOOK, last.mac if mac else "")
    forged = Verification.objects.first()
    assert forged.holds

    line = f"analytics_verification/{forged.pk}: this look was not written by the portal"
    assert said_now() == [line]
    assert desk_says(manager) != ""
    assert line in page_says(client, manager)
    with pytest.raises(SystemExit):
        call_command("verify", stdout=io.StringIO(), stderr=io.StringIO())
    assert not verify_published(by=None).holds


def test_a_look_that_was_copied_whole_comes_after_none(published, manager):
    """It says what was true when the first of the two was written, and is found all the same."""
    verify_published(by=None)
    put_in(
        "INSERT INTO analytics_verification (at, seals, heads, breaks, rows, mac)"
        " SELECT at, seals, heads, breaks, rows, mac FROM analytics_verification"
    )
    assert len(said_now()) == 1
    assert desk_says(manager) != ""


@pytest.mark.parametrize("looked_at_before", [True, False])
@pytest.mark.parametrize("mac", ["", "of another row"])
@pytest.mark.parametrize("chain", ["decisions", "evaluations", "months"])
def test_what_is_put_in_with_a_seal_that_fits_is_found(
    published, manager, client, chain, mac, looked_at_before
):
    """Fault 57. Row and seal agree in every hash; only the key of the installation is not there."""
    if looked_at_before:
        verify_published(by=None)
    mac = Seal.objects.last().mac if mac else ""
    put = {
        "decisions": lambda: forged_decision(manager),
        "evaluations": lambda: put_in(FORGED_EVALUATION),
        "months": lambda: put_in(FORGED_MONTH),
    }
    number = put_in_with_a_seal(chain, put[chain](), mac)

    names = {"decisions": "Decisions", "evaluations": "Evaluations"}
    name = names.get(chain, "Months that are over")
    line = f"{name} {number}: this seal was not made by the portal, though its hashes may fit"
    assert line in said_now()
    assert desk_says(manager) != ""
    assert line in page_says(client, manager)


def test_a_row_added_to_what_is_published_is_on_the_desk_at_once(published, manager, client):
    """Fault 57. No seal comes with it: the rows are more than seals speak of."""
    verify_published(by=None)
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        columns = [name for (name,) in cursor.fetchall()]
    values = ["'forged'" if name == "subject" else name for name in columns]
    put_in(FORGED_FINDING.format(columns=", ".join(columns), values=", ".join(values)))

    assert desk_says(manager) != ""
    assert "Findings: rows that no seal speaks of: 1" in page_says(client, manager)


def test_report_says_that_its_own_seal_is_forged(published, manager, client):
    verify_published(by=None)
    forged = put_in(FORGED_EVALUATION)
    put_in_with_a_seal("evaluations", forged)
    client.force_login(manager)
    page = client.get(f"/insight/evaluations/{forged}/", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "something is not as it was published" in page.content.decode()
    assert "unchanged since the publication" not in page.content.decode()


@pytest.mark.parametrize("number", [0, 5, 2_147_483_647])
def test_no_seal_is_put_in_but_at_the_end_of_its_chain(published, number):
    """One far up ended all publishing: none came after it, and nobody could take it away."""
    values = [number, 9_000_000, "{}", "", "", "", timezone.now(), ""]
    with pytest.raises(IntegrityError, match="end of its chain"), transaction.atomic():
        put_in(FORGED_SEAL, "evaluations", *values)
    before = Seal.objects.filter(chain="evaluations").count()
    make.follow(published.campaign, "poster", 30)
    evaluate(published.campaign, make.AFTER)
    assert Seal.objects.filter(chain="evaluations").count() == before + 1


def test_key_that_was_changed_is_not_called_forgery(published, manager, settings, client):
    """The old key in the list is believed; without it each chain says how much it made."""
    verify_published(by=None)
    old = settings.PRIVACY_KEY
    seals = Seal.objects.filter(chain="decisions").count()

    settings.PRIVACY_KEY = OTHER_KEY
    said = said_now()
    line = f"Decisions: seals made under another key: {seals}, the first of them number 1."
    (decisions,) = [text for text in said if text.startswith("Decisions")]
    assert decisions.startswith(line)
    assert sum(text.startswith("Looks written under another key: 1,") for text in said) == 1
    assert "not made by the portal" not in "\n".join(said)
    assert desk_says(manager) != ""

    settings.PRIVACY_KEY_FALLBACKS = [old]
    assert said_now() == []
    assert desk_says(manager) == ""


def test_mark_is_of_one_kind_one_text_and_one_key():
    mark = vouching.mark("seal", "a" * 64, "key")
    assert vouching.judge(mark, "seal", "a" * 64, ["key"]) == vouching.Word.OURS
    assert vouching.judge(mark, "seal", "a" * 64, ["new", "key"]) == vouching.Word.OURS
    assert vouching.judge(mark, "seal", "a" * 64, ["new"]) == vouching.Word.ANOTHER_KEY
    for kind, text in (("look", "a" * 64), ("seal", "b" * 64)):
        assert vouching.judge(mark, kind, text, ["key"]) == vouching.Word.NOBODYS
    for forged in ("", "x", mark[:-1], mark + "0", "é" + mark, " " * len(mark)):
        assert vouching.judge(forged, "seal", "a" * 64, ["key"]) == vouching.Word.NOBODYS
    assert "key" not in mark


@pytest.mark.django_db(transaction=True)
def test_marks_are_renewed_by_the_owner_and_forged_ones_are_not(settings):
    manager = UserFactory(role="manager")
    evaluate(make.telling_campaign(), make.AFTER)
    verify_published(by=None)
    put_in_with_a_seal("decisions", forged_decision(manager))
    chief = UserFactory(role="administrator")
    settings.PRIVACY_KEY_FALLBACKS = [settings.PRIVACY_KEY]
    settings.PRIVACY_KEY = OTHER_KEY

    out = io.StringIO()
    call_command("vouch", stdout=out)
    assert out.getvalue().startswith("2 rows were marked under another key.")
    with override("en"), pytest.raises(CommandError, match="2 rows .* not 3"):
        call_command("vouch", "--confirm", "3", "--by", chief.username)
    call_command("vouch", "--confirm", "2", "--by", chief.username, stdout=out)

    assert AuditEvent.objects.filter(action="published.vouch", user=chief).count() == 1
    settings.PRIVACY_KEY_FALLBACKS = []
    said = "\n".join(said_now())
    assert "under another key" not in said
    assert "Decisions 1: this seal was not made by the portal" in said
