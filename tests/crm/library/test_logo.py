"""The library's logo: from the settings page to the head of every page and letter (fault 33)."""

import pytest
from django.conf import settings as live
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.sending.mail import Mail
from core.pictures import read_picture
from crm.library.actions import set_logo
from crm.library.keeping import folder
from crm.library.logo import shown
from crm.library.models import LibrarySettings
from crm.staff.models import AuditEvent
from tests import factories
from tests.core.test_pictures import SECRET, drawn
from tests.feedback.building import published

pytestmark = pytest.mark.django_db
SETTINGS = "/desk/library/"
ALT = "大学图书馆的标志"


@pytest.fixture
def administrator(client):
    user = factories.UserFactory(role="administrator")
    client.force_login(user)
    return user


def upload(client, data: bytes, *, name: str = "logo.png", alt: str = ALT):
    return client.post(SETTINGS, {"file": SimpleUploadedFile(name, data), "alt": alt})


def test_logo_stands_at_the_head_of_every_page_and_letter(
    client, administrator, content, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(client, drawn(mode="RGBA")).status_code == 302
    name = LibrarySettings.objects.get().logo
    assert AuditEvent.objects.filter(action="logo.set", user=administrator).count() == 1

    client.cookies["django_language"] = "en"
    for path in ("/", "/say/", SETTINGS, "/desk/", published().public_url):
        page = client.get(path).content.decode()
        assert f'src="/pictures/{name}"' in page, path
        assert f'alt="{ALT}"' in page, path
    html = Mail(content, "zh-hans").wrapped("<p>x</p>")
    assert f'src="{live.BASE_URL}/pictures/{name}" alt="{ALT}"' in html

    shown.forget()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("crm:logo-remove"))
    assert "/pictures/" not in client.get("/").content.decode()


def test_kept_picture_is_served_as_what_it_is(client):
    picture = read_picture(drawn(mode="RGBA"))
    set_logo(picture=picture, alt=ALT, by=factories.UserFactory(role="administrator"))
    answer = client.get(f"/pictures/{picture.name}")
    assert b"".join(answer.streaming_content) == picture.data
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.png",
        "x\r\nSet-Cookie: a=b.png",
        "a" * 4000 + ".png",
        "<script>.html",
        "logo.svg",
        "\u202egnp.exe",
    ],
)
def test_name_of_the_uploaded_file_means_nothing(client, administrator, name):
    """Fault 33. What is kept is called after its content, and nothing is written elsewhere."""
    assert upload(client, drawn(), name=name).status_code == 302
    kept = [path.name for path in folder().rglob("*")]
    assert kept == [read_picture(drawn(), longest=480).name]


@pytest.mark.parametrize(
    ("sent", "alt"),
    [(drawn("GIF") + SECRET, ALT), (b"<svg/>", ALT), (drawn(), ""), (drawn(), "\u200b")],
    ids=["gif", "svg", "no words", "words nobody sees"],
)
def test_what_is_refused_is_said_and_not_kept(client, administrator, sent, alt):
    """Faults 32 and 33. A picture without words for those who do not see it is refused, too."""
    assert upload(client, sent, alt=alt).status_code == 400
    assert not LibrarySettings.objects.exists()
    assert not folder().exists()


@pytest.mark.parametrize(
    "name", ["..%2f..%2fsettings.py", "a.png", "A" * 40 + ".png", "0" * 40 + ".svg"]
)
def test_no_other_file_is_served(client, name):
    """Fault 33."""
    folder().mkdir(parents=True)
    (folder() / f"{'0' * 40}.svg").write_text("<svg/>")
    assert client.get(f"/pictures/{name}").status_code == 404
