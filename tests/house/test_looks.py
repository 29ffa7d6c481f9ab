"""Whoever of the staff is shown a reader's name, number or address: the reader sees that they were.

The walk plants one reader everywhere, opens everything that staff may open, and looks for the
planted words in what came back. Where one stands, the reader must find a look on their own page.
"""

import io
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.imports.models import ImportRefusal
from crm.privacy.models import Correction
from crm.readers.models import Look, Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from tests import factories
from tests.crm.imports.building import batch_of
from tests.feedback import building as surveys
from tests.house.test_permissions import MATRIX
from tests.owner import as_owner

NAME, NUMBER, ADDRESS = "欧阳独一", "PLANTED0815", "planted.reader@example.org"
ACCOUNT = "planted-account"
TABLE = f"number,name,kind,email\n{NUMBER},{NAME},teacher,{ADDRESS}\n"
MAPPING = {"number": "number", "name": "name", "kind": "kind", "email": "email"}
#: Pages that everybody may open say of a reader what the reader has put there.
EVERYBODYS = {"public", "any"}


@pytest.fixture
def planted(world):
    """The world in which everything is one reader's."""
    world.reader = factories.ReaderFactory(
        name=NAME,
        number=NUMBER,
        email=ADDRESS,
        source="library",
        user=factories.UserFactory(username=ACCOUNT, email=ADDRESS),
    )
    reader = world.reader
    world.content = factories.ContentFactory(
        campaign=world.campaign,
        state="sent",
        launched_at=timezone.now(),
        launched_by=world.user("librarian"),
    )
    world.delivery = factories.DeliveryFactory(
        content=world.content, reader=reader, state="sent", sent_at=timezone.now()
    )
    world.finding = factories.FindingFactory(evaluation=world.evaluation, rows={"comparison": True})
    world.survey = surveys.published(anonymous=False)
    world.item = world.survey.items.first()
    surveys.answer(world.survey, {"1": 1}, reader_id=reader.pk)
    world.segment.pins.create(reader=reader, include=True, reason="asked to")
    world.segment.members.create(reader=reader, since=timezone.now())
    # One letter that names its reader, one that is known by its address alone.
    world.note = factories.LetterFactory(reader=reader, address=ADDRESS, state="failed")
    factories.LetterFactory(address=ADDRESS)
    world.voice = factories.VoiceFactory(reader=reader, email=ADDRESS)
    world.submission = factories.SubmissionFactory(
        call=world.call, author=reader, letter=factories.LetterFactory(address=ADDRESS)
    )
    Correction.objects.create(reader=reader, field="name", wanted="X")
    audit.record(action=AuditAction.SIGN_IN, by=reader.user, on=reader.user)
    world.batch = batch_of(TABLE, world.user("librarian"), mapping=MAPPING)
    ImportRefusal.objects.create(
        batch=world.batch, line=2, reason="bad-kind", field="kind", raw=[NUMBER, NAME, "?", ADDRESS]
    )
    return world


def text_of(response) -> str:
    content = response.getvalue() if response.streaming else response.content
    if content[:4] != b"PK\x03\x04":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def names_the_reader(text: str) -> bool:
    return any(word in text for word in (NAME, NUMBER, ADDRESS, ACCOUNT))


def asked_by(client, access, url: str, world):
    body = access.body(world)
    if access.post:
        # What is refused stands on the page once more, and whoever it is about with it.
        return client.post(url, {})
    return client.get(url, body)


def shown_without_a_look(world, role: str) -> tuple[set[str], set[str]]:
    """Names of what shows the reader to this role, and of what of it no look was written for."""
    client = Client()
    client.force_login(world.user(role))
    shows, unseen = set(), set()
    for name, access in sorted(MATRIX.items()):
        if EVERYBODYS & set(access.roles.split()) or not access.allows(role):
            continue
        with transaction.atomic():
            url = reverse(name, kwargs=access.arguments(world)) + access.query
            with as_owner():
                Look.objects.all()._raw_delete("default")
            response = asked_by(client, access, url, world)
            if names_the_reader(text_of(response)):
                shows.add(name)
                if not Look.objects.at(world.reader).exists():
                    unseen.add(name)
            transaction.set_rollback(True)
    return shows, unseen


#: That no name stands on a page before it is said why is a test of its own. Its address does.
ASKS_WHY = {"crm:reader-detail"}


@pytest.mark.parametrize("role", ["librarian", "manager", "administrator"])
def test_reader_finds_out_who_was_shown_their_name_or_address(planted, role):
    """Fault 59. Pages, panels, files and API of every member of staff, and what they post."""
    shows, unseen = shown_without_a_look(planted, role)
    assert sorted(unseen - ASKS_WHY) == []
    # The walk itself would notice nothing if the reader stood nowhere.
    assert {
        "api:reader-list",
        "campaigns:delivery-list",
        "crm:letter-list",
        "crm:reader-export-csv",
        "crm:segment-detail",
        "feedback:voice-detail",
    } <= shows


# --- Django's admin -------------------------------------------------------------------------------
def pages_of_the_admin(user) -> list[str]:
    """Every page of every model that is registered there, of a row that leads to this account."""
    found = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        for row in rows_of_account(model, user):
            for page in ("change", "history", "delete"):
                found.append(reverse(f"{name}_{page}", args=[row.pk]))
    return [*found, reverse("admin:auth_user_password_change", args=[user.pk])]


def rows_of_account(model, user):
    if model is type(user):
        return [user]
    if model is Reader:
        return [user.reader]
    own = [field.name for field in model._meta.fields if field.related_model is type(user)]
    return [row for name in own for row in model._base_manager.filter(**{name: user})[:1]]


def test_reader_finds_out_who_looked_at_them_or_their_account_in_the_admin(planted):
    """Accounts, addresses, second factors, and whatever else is registered there."""
    user = planted.reader.user
    user.emailaddress_set.create(email=ADDRESS, verified=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    audit.record(action=AuditAction.SIGN_IN, by=user, on=user)
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.org", "long enough"))

    shows, unseen = set(), set()
    for url in pages_of_the_admin(user):
        with as_owner():
            Look.objects.all()._raw_delete("default")
        if names_the_reader(client.get(url).content.decode()):
            shows.add(url)
            if not Look.objects.at(planted.reader).exists():
                unseen.add(url)
    assert sorted(unseen) == []
    assert {"/admin/crm/user/", "/admin/account/emailaddress/", "/admin/crm/reader/"} <= shows
    assert reverse("admin:crm_user_change", args=[user.pk]) in shows


def test_reader_finds_out_that_their_rows_were_chosen_in_the_admin(planted):
    user = planted.reader.user
    address = user.emailaddress_set.create(email=ADDRESS, verified=True)
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.org", "long enough"))
    sent = {"action": "delete_selected", "_selected_action": [address.pk], "post": "yes"}
    with as_owner():
        Look.objects.all()._raw_delete("default")
    client.post("/admin/account/emailaddress/", sent)
    assert not user.emailaddress_set.exists()
    assert Look.objects.at(planted.reader).exists()


def test_what_was_looked_at_stands_on_the_readers_own_page(planted):
    staff, reader = Client(), Client(headers={"accept-language": "en"})
    staff.force_login(planted.user("librarian"))
    reader.force_login(planted.reader.user)
    for name, key in (("crm:letter-detail", planted.note.pk), ("crm:import-map", planted.batch.pk)):
        staff.get(reverse(name, args=[key]))
    staff.get(planted.voice.get_absolute_url())

    page = reader.get(reverse("crm:me")).content.decode()
    for where in ("letters to you", "rows of a file", "what you said"):
        assert where in page
