"""The picture above a letter's text: drawn anew, seen everywhere, the same for every reader."""

from email import message_from_bytes, policy

import pytest
from django.conf import settings as live
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.contents.actions import drop_unshown, remove_picture, set_picture
from campaigns.contents.models import Content
from campaigns.sending.actions import launch_content, send_test
from campaigns.sending.mail import Mail, Recipient
from core.pictures import read_picture
from core.refusals import Refused
from crm.letters.models import Letter
from crm.library.actions import set_logo
from crm.library.keeping import folder
from crm.staff.models import AuditEvent
from tests import factories
from tests.core.test_pictures import SECRET, drawn

pytestmark = pytest.mark.django_db
ALT = "雪夜的阅览室 <一排窗亮着>"


def upload(client, content, data: bytes, alt: str = ALT):
    file = SimpleUploadedFile("../evil.png", data)
    page = reverse("campaigns:content-picture", args=[content.pk])
    return client.post(page, {"file": file, "alt": alt})


def mail_to(content, pk: int, email: str):
    to = Recipient(pk, email, "Li", None, "teacher", "en")
    data = Mail(content, "en").write(to).data
    return message_from_bytes(data, policy=policy.default)


def test_librarian_adds_a_picture_and_it_is_in_preview_test_mail_and_mails(
    client, content, librarian
):
    """Fault 33. What hides in the file stays outside; its words are escaped wherever they stand."""
    client.force_login(librarian)
    assert upload(client, content, drawn("JPEG") + SECRET).status_code == 302
    content.refresh_from_db()
    path = folder() / content.picture
    assert SECRET not in path.read_bytes()
    assert AuditEvent.objects.filter(action="content.picture", user=librarian).count() == 1

    for name in ("content-picture", "content-edit", "content-detail"):
        page = client.get(reverse(f"campaigns:{name}", args=[content.pk])).content.decode()
        assert f'src="/pictures/{content.picture}"' in page, name
        assert "&lt;一排窗亮着&gt;" in page, name

    send_test(content=content, by=librarian)
    address = f"{live.BASE_URL}/pictures/{content.picture}"
    assert f'src="{address}"' in Letter.objects.get(kind="content.test").html
    mail = mail_to(content, 1, "li@example.org")
    assert f'src="{address}"' in mail.get_body(("html",)).get_content()
    assert "&lt;一排窗亮着&gt;" in mail.get_body(("html",)).get_content()
    assert mail.get_body(("plain",)).get_content().startswith(f"[{ALT}]")


def test_every_reader_gets_it_under_the_same_address_without_a_cookie(client, content, librarian):
    """No tracking pixel: who loads a picture cannot be told from whoever else does."""
    set_picture(content=content, picture=read_picture(drawn()), alt=ALT, by=librarian)
    addresses = set()
    for pk, email in ((1, "li@example.org"), (2, "wang@example.org")):
        html = mail_to(content, pk, email).get_body(("html",)).get_content()
        addresses.add(html.partition('<img src="')[2].partition('"')[0])
    assert addresses == {f"{live.BASE_URL}/pictures/{content.picture}"}

    answer = client.get(f"/pictures/{content.picture}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("data", "alt"), [(b"<svg onload=alert(1)>", ALT), (b"GIF89a", ALT), (b"", ALT), (None, "")]
)
def test_what_is_no_picture_or_has_no_words_is_refused(client, content, librarian, data, alt):
    """Fault 33."""
    client.force_login(librarian)
    if data is None:
        data = drawn()
    assert upload(client, content, data, alt).status_code == 400
    content.refresh_from_db()
    assert content.picture == ""


def test_picture_goes_from_the_disk_with_its_draft(
    client, content, librarian, django_capture_on_commit_callbacks
):
    client.force_login(librarian)
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, content, drawn())
        content.refresh_from_db()
        first = folder() / content.picture
        upload(client, content, drawn(size=(60, 30)))
    content.refresh_from_db()
    second = folder() / content.picture
    assert not first.exists()
    assert second.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("campaigns:content-picture-remove", args=[content.pk]))
    assert not second.exists()
    assert Content.objects.get(pk=content.pk).shown_picture is None


def test_picture_that_is_shown_elsewhere_stays(content, librarian):
    picture = read_picture(drawn())
    set_logo(picture=picture, alt=ALT, by=librarian)
    drop_unshown(picture.name)
    assert (folder() / picture.name).exists()


def test_picture_of_a_letter_that_goes_out_is_not_changed(content, librarian):
    picture = read_picture(drawn())
    set_picture(content=content, picture=picture, alt=ALT, by=librarian)
    factories.ReaderFactory()
    launch_content(content=content, by=librarian)
    with pytest.raises(Refused):
        remove_picture(content=Content.objects.get(pk=content.pk), by=librarian)
    assert (folder() / picture.name).exists()
