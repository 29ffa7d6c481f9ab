"""Django's admin answers: every page of every model that is registered there, on filled tables."""

from contextlib import suppress

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.db.models import CharField, TextField
from django.urls import reverse

from campaigns.plan.models import Standard
from core.admin import ReadOnlyAdmin
from crm.imports.models import ImportProfile
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

#: Models of packages that register themselves.
FILLED_BY = {
    "auth.group": lambda: Group.objects.create(name="a group"),
    "account.emailaddress": lambda: factories.UserFactory().emailaddress_set.create(
        email="a@example.org", verified=True, primary=True
    ),
    "mfa.authenticator": lambda: factories.UserFactory().authenticator_set.create(
        type="totp", data={"secret": "JBSWY3DPEHPK3PXP"}
    ),
    "crm.user": factories.UserFactory,
    "crm.campus": factories.CampusFactory,
    "crm.college": factories.CollegeFactory,
    "crm.reader": factories.ReaderFactory,
    "crm.auditevent": lambda: audit.record(action=AuditAction.SIGN_IN),
    "crm.importbatch": factories.ImportBatchFactory,
    "crm.importprofile": lambda: ImportProfile.objects.create(code="x", name="X", source="x"),
    "crm.job": factories.JobFactory,
    "campaigns.campaign": factories.CampaignFactory,
    "campaigns.channel": factories.email_channel,
    "campaigns.standard": lambda: Standard.objects.create(
        campaign=factories.CampaignFactory(), metric="response_rate", target=1, source="x"
    ),
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
PAGES = ("changelist", "add", "change", "delete", "history")


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root", "root@example.org", "long enough"))
    return client


def address(model, page: str, row) -> str:
    arguments = [] if page in {"changelist", "add"} else [row.pk]
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def is_allowed(model, page: str, request, row) -> bool:
    """What the admin itself says of the page: looking is always allowed to an administrator."""
    rules = admin.site._registry[model]
    if page == "add":
        return rules.has_add_permission(request)
    if page == "delete":
        return rules.has_delete_permission(request, row)
    return True


def test_every_registered_model_is_filled():
    assert {model._meta.label_lower for model in MODELS} == FILLED_BY.keys()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_page_of_the_admin_answers(root, model, page):
    row = FILLED_BY[model._meta.label_lower]()
    root.raise_request_exception = False

    answer = root.get(address(model, page, row))

    expected = 200 if is_allowed(model, page, answer.wsgi_request, row) else 403
    assert answer.status_code == expected


@pytest.mark.parametrize("query", ["q=a", "o=1", "o=-2", "p=9", "q=%00", "nothing__there=1"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_list_of_the_admin_answers_to_any_address(root, model, query):
    FILLED_BY[model._meta.label_lower]()
    root.raise_request_exception = False

    answer = root.get(f"{address(model, 'changelist', None)}?{query}")

    assert answer.status_code in {200, 302}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_row_is_saved_as_it_is_or_cannot_be_changed_there(root, model):
    """An empty form is answered with its errors, and never with a 500."""
    row = FILLED_BY[model._meta.label_lower]()
    root.raise_request_exception = False

    answer = root.post(address(model, "change", row), {})

    is_read_only = isinstance(admin.site._registry[model], ReadOnlyAdmin)
    assert answer.status_code in ({403} if is_read_only else {200, 302})
    assert root.post(address(model, "add", None), {}).status_code in {200, 302, 403}


@pytest.mark.parametrize(
    "label", ["crm.reader", "crm.auditevent", "campaigns.campaign", "campaigns.standard"]
)
def test_what_has_a_verb_or_is_history_is_looked_at_only(root, label):
    (model,) = [model for model in MODELS if model._meta.label_lower == label]
    row = FILLED_BY[label]()

    for page in ("change", "delete", "add"):
        assert root.post(address(model, page, row), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_secret_of_a_second_factor_is_shown_to_nobody(root):
    row = FILLED_BY["mfa.authenticator"]()

    page = root.get(address(type(row), "change", row)).content.decode()

    assert row.data["secret"] not in page
    assert root.post(address(type(row), "delete", row), {"post": "yes"}).status_code == 302
    assert not type(row).objects.exists()


def test_deleting_what_is_in_use_is_refused_in_words(root):
    campus = factories.CampusFactory()
    factories.UserFactory(campus=campus)

    answer = root.post(address(type(campus), "delete", campus), {"post": "yes"})

    assert answer.status_code == 200
    assert type(campus).objects.filter(pk=campus.pk).exists()
    assert not LogEntry.objects.filter(action_flag=3).exists()


# --- what somebody typed --------------------------------------------------------------------------
SCRIPT = "<script>a(1)</script>"


def typed_everywhere(row) -> list[str]:
    """Put the script into every text of a row that takes it; the names of those columns."""
    taken = []
    for field in type(row)._meta.concrete_fields:
        is_text = isinstance(field, CharField | TextField) and not field.choices
        if not is_text or (field.max_length or len(SCRIPT)) < len(SCRIPT):
            continue
        with suppress(DatabaseError), as_owner(), transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: SCRIPT})
            taken.append(field.name)
    row.refresh_from_db()
    return taken


#: Models without a text that somebody types: what is written there is the portal's own.
NOTHING_TYPED = {"crm.auditevent", "mfa.authenticator"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_script_in_any_text_is_inert_on_every_page_of_the_admin(root, model):
    """Fault 29. In lists, forms, the question before deleting, and the history of a row."""
    row = FILLED_BY[model._meta.label_lower]()
    taken = typed_everywhere(row)
    assert bool(taken) != (model._meta.label_lower in NOTHING_TYPED), taken
    LogEntry.objects.create(
        user=User.objects.get(username="root"),
        content_type=ContentType.objects.get_for_model(model),
        object_id=row.pk,
        object_repr=SCRIPT,
        action_flag=2,
        change_message=SCRIPT,
    )

    said = {}
    for page in (*PAGES, "index"):
        url = reverse("admin:index") if page == "index" else address(model, page, row)
        said[page] = root.get(url).content.decode()
    said["search"] = root.get(address(model, "changelist", row), {"q": SCRIPT}).content.decode()
    assert [page for page, text in said.items() if SCRIPT in text] == []
    if taken:
        assert any("&lt;script&gt;a(1)" in said[page] for page in ("changelist", "change"))
