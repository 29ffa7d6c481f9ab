"""Every answer has the headers that keep it from being misused, whoever gives it.

Asked of all addresses of the permission matrix, and of what answers beside them: followed links,
static files, faults, methods that nobody uses, bodies that are too large.
"""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse

from campaigns.links.door import LinkDoor
from campaigns.links.keys import delivery_key
from core.visitors import named_networks
from crm.staff.models import AuditEvent
from ops import local
from tests.house.test_permissions import MATRIX, ROLES, ask, client_of

pytestmark = pytest.mark.django_db
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


@pytest.fixture(autouse=True)
def https(settings):
    """As where BASE_URL is https, behind a proxy; the middleware reads it when a client is made."""
    settings.TRUSTED_PROXIES = named_networks(["127.0.0.1"])
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True


def missing(headers) -> dict:
    """Which of the headers an answer lacks or has otherwise."""
    found = {}
    for name, value in HEADERS.items():
        if headers.get(name) != value:
            found[name] = headers.get(name)
    policy = headers.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        found["Content-Security-Policy"] = policy
    return found


def secure(client: Client) -> Client:
    client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return client


# --- headers --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(MATRIX))
def test_every_address_answers_with_the_headers(name, world):
    access = MATRIX[name]
    arguments = access.arguments(world)
    allowed = next(who for who in (*reversed(ROLES), "anonymous") if access.allows(who))

    for visitor in {"anonymous", allowed}:
        response = ask(secure(client_of(world, visitor)), access, name, arguments, world)
        assert missing(response.headers) == {}, visitor


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/theme.js",
        "/static/nothing.js",
        "/nothing/",
        "/go/nothing/",
        "/accounts/login/",
        "/admin/",
        "/api/v1/readers/",
        "/accounts/logout",
    ],
)
def test_what_answers_beside_the_pages_has_the_headers(path):
    assert missing(secure(Client()).get(path).headers) == {}


def test_no_other_site_may_read_our_files():
    assert "Access-Control-Allow-Origin" not in Client().get("/static/js/theme.js")


def test_fault_and_wrong_host_have_the_headers(monkeypatch):
    client = secure(Client(raise_request_exception=False))
    assert missing(client.get("/", headers={"host": "evil.example"}).headers) == {}

    monkeypatch.setattr("config.context.Nav", None)  # every page needs it
    answer = client.get("/accounts/login/")
    assert (answer.status_code, missing(answer.headers)) == (500, {})


def through_the_door(path: str, method: str = "GET") -> tuple[str, dict]:
    """Status and headers of an address as the server answers it, without Django's test client."""
    told = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
        "wsgi.input": None,
    }
    handler = LinkDoor(WSGIHandler())
    list(handler(environ, lambda status, headers, *_more: told.append((status, dict(headers)))))
    return told[0]


def test_followed_link_has_the_headers(world):
    key = delivery_key(world.delivery.pk, "click")
    status, headers = through_the_door(f"/go/{world.link.code}/{key}/")

    assert status == "302 Found"
    assert missing(headers) == {}


# --- methods --------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
@pytest.mark.parametrize("path", ["/", "/static/js/theme.js", "/api/v1/readers/", "/go/x/"])
def test_method_that_nobody_uses_is_refused(method, path):
    answer = Client().generic(method, path)

    assert answer.status_code == 405
    assert b"Cookie" not in answer.content


# --- sizes ----------------------------------------------------------------------------------------
def large_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("large.csv", b"x" * (5 << 20))


class Body:
    """A body that says when it is read."""

    def __init__(self, length: int):
        self.left = length
        self.was_read = 0

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.was_read += size
        return b"x" * size

    readline = read


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_large_body_is_refused_unread_by_every_address(name, world):
    """An import takes large files, of those who may import."""
    access = MATRIX[name]
    url = reverse(name, kwargs=access.arguments(world))
    body = Body(600 << 20)

    for visitor in ("anonymous", "reader", "administrator"):
        request = {
            "wsgi.input": body,
            "CONTENT_LENGTH": str(600 << 20),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        }
        answer = client_of(world, visitor).generic("POST", url, **request)
        assert answer.status_code in {413, 404}, visitor
        assert body.was_read == 0


@pytest.mark.parametrize(
    ("visitor", "status"), [("anonymous", 413), ("reader", 413), ("librarian", 200)]
)
def test_only_who_may_import_sends_a_large_file(world, visitor, status):
    client = client_of(world, visitor)

    answer = client.post(reverse("crm:import-create"), {"file": large_file()})

    assert answer.status_code in ({status} if status == 413 else {302, 400})


@pytest.mark.parametrize("name", ["feedback:voice-create", "account_login", "crm:reader-list"])
def test_file_added_to_another_form_is_refused(world, name):
    answer = client_of(world, "administrator").post(reverse(name), {"x": large_file()})

    assert answer.status_code == 413
    assert settings.MEDIA_ROOT.exists() is False or not any(settings.MEDIA_ROOT.iterdir())


def test_nginx_lets_large_files_through_to_the_import_alone():
    text = (local.BASE_DIR / "ops" / "proxy" / "nginx.conf").read_text()
    places = re.findall(r"location (?:= )?(\S+) \{([^}]*)\}", text)
    large = [path for path, inside in places if "client_max_body_size" in inside]

    assert large == [reverse("crm:import-create")]


# --- the rest of an answer ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("feedback:home", "reader"),
        ("crm:session-list", "reader"),
        ("account_email", "reader"),
        ("crm:reader-list", "librarian"),
        ("crm:segment-list", "manager"),
        ("analytics:loop", "manager"),
        ("crm:user-list", "administrator"),
    ],
)
def test_sign_out_stands_on_every_kind_of_page(name, role, world):
    page = client_of(world, role).get(reverse(name))

    assert page.status_code == 200
    assert f'action="{reverse("account_logout")}"' in page.content.decode()


FILES = [name for name in sorted(MATRIX) if name.endswith(("-csv", "-xlsx"))]


@pytest.mark.parametrize("name", FILES)
def test_file_says_its_own_name_and_is_never_shown_as_a_page(name, world):
    access = MATRIX[name]
    allowed = next(who for who in (*reversed(ROLES), "anonymous") if access.allows(who))

    answer = ask(client_of(world, allowed), access, name, access.arguments(world), world)

    assert re.fullmatch(
        r'attachment; filename="[\w.-]+\.(csv|xlsx)"(; filename\*=UTF-8\'\'[\w.%-]+)?',
        answer["Content-Disposition"],
    )


def test_parameter_sent_twice_counts_once(world):
    """The last one, for counting guesses as for looking at the password."""
    client = Client()
    twice = "login=reader&login=nobody&password=x&password=y"
    for _try in range(5):
        client.post("/accounts/login/", twice, content_type="application/x-www-form-urlencoded")

    assert AuditEvent.objects.filter(action="sign-in.locked").get().object_id == ""
    page = client_of(world, "librarian").get(reverse("crm:reader-list") + "?page=1&page=x&page=1")
    assert page.status_code == 200
