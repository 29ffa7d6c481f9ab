"""Cookies of an installation behind https carry a prefix that browsers hold them to."""

import json
import subprocess
import sys

import pytest

from ops import local
from tests import servers
from tests.factories import UserFactory

ASK = """
import json
from django.test import Client
from crm.staff.models import User
user = User.objects.get()
user.set_password("a long enough one")
user.save()
client = Client(headers={"host": "localhost"})
secure = {"wsgi.url_scheme": WANTED}
client.get("/accounts/login/", **secure)
client.post("/i18n/setlang/", {"language": "en"}, **secure)
client.post("/accounts/login/", {"login": "cookie", "password": "a long enough one"}, **secure)
found = {}
client.post("/accounts/logout/", **secure)
for name, cookie in client.cookies.items():
    found[name] = [cookie["path"], cookie["domain"], bool(cookie["secure"])]
    assert cookie["samesite"] == "Lax", name
print(json.dumps(found))
"""
WARES = ("sessionid", "csrftoken", "django_language", "messages", "signed-out")


def cookies_at(base_url: str) -> dict:
    """What a portal at this address sets at sign-in, sign-out and the switch of the language."""
    user = UserFactory(username="cookie")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    scheme = base_url.partition(":")[0]
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0"],
        cwd=local.BASE_DIR,
        env=servers.environment(BASE_URL=base_url),
        input=ASK.replace("WANTED", repr(scheme)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_cookies_have_the_prefix_over_https():
    found = cookies_at("https://localhost")

    assert found == {f"__Host-{name}": ["/", "", True] for name in WARES}


@pytest.mark.django_db(transaction=True)
def test_cookies_are_plain_over_http():
    found = cookies_at("http://localhost")

    assert found == {name: ["/", "", False] for name in WARES}
