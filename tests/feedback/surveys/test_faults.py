"""Readers answer while servers fail.

Redis dead and frozen, PostgreSQL crashing, a whole campus behind one address.
"""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from uuid import uuid4

import psycopg2
import pytest
import redis

from feedback.surveys.models import Response
from ops import local
from tests import servers
from tests.feedback.building import form, hidden, published

MAKE_SURVEY = """
from crm.staff.models import User
from feedback.surveys import actions as verbs
by = User.objects.create(username="lib", role="librarian")
survey = verbs.create_survey(slug="faults", title={"en": "Faults"}, by=by)
options = [{"en": "Yes"}, {"en": "No"}]
verbs.add_item(survey=survey, by=by, kind="single", text={"en": "Here?"}, options=options)
verbs.publish(survey=survey, by=by)
"""


class Browser:
    """One reader: a page, its cookie, and a send that says the status (0: no connection)."""

    def __init__(self, url: str):
        self.url = url
        with urllib.request.urlopen(url, timeout=30) as page:
            self.cookie = re.search(r"csrftoken=\w+", page.headers["Set-Cookie"])[0]
            self.hidden = hidden(page.read().decode())

    def send(self, **fields) -> int:
        data = urlencode(self.hidden | fields, doseq=True).encode()
        try:
            request = urllib.request.Request(self.url, data, {"Cookie": self.cookie})
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code if error.code != 503 or error.headers["Retry-After"] else 500
        except OSError:
            return 0


def commands_of(client: redis.Redis) -> dict[str, int]:
    """How often each command was carried out, without the one that asks.

    What others sent while the server was frozen lies in its sockets: it takes a few turns of its
    loop to accept the connection, to read and to carry out.
    """
    for _turn in range(10):
        found = client.info("commandstats")
    del found["cmdstat_info"]
    return {name: said["calls"] for name, said in found.items()}


@pytest.mark.django_db(transaction=True)
def test_readers_answer_while_redis_is_dead_and_while_it_is_frozen(tmp_path):
    """21, 22, 24: nobody is refused for sharing an address, and nobody waits for Redis"""
    survey = published()
    fields = {name: value for name, value in form().items() if name[0] == "i" and name != "id"}
    with (
        servers.valkey(tmp_path) as broker,
        servers.web(tmp_path / "web.log", threads=8, REDIS_URL=broker.url()) as web,
    ):
        address = web.url + survey.public_url
        assert Browser(address).send(**fields) == 200
        client = redis.Redis.from_url(broker.url(), single_connection_client=True)
        before = commands_of(client)
        broker.freeze()
        for _ in range(20):
            assert Browser(address).send(**fields) == 200
        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(lambda _: Browser(address).send(**fields), range(200)))
        assert set(statuses) == {200}
        broker.thaw()
        assert commands_of(client) == before
        client.close()
        broker.kill()
        assert Browser(address).send(**fields) == 200
    assert Response.objects.filter(survey=survey).count() == 222


def manage(database, *arguments, **options) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=True,
        cwd=local.BASE_DIR,
        env=servers.environment(**database.addresses()),
        **options,
    )


@pytest.mark.django_db(transaction=True)
def test_what_was_acknowledged_is_stored_when_postgresql_crashes_under_submits(tmp_path):
    """23: a browser that saw 503 or nothing tries again with the same id"""
    with servers.postgres(tmp_path) as database:
        database.copy_of_the_tests()
        manage(database, "shell", "-v", "0", input=MAKE_SURVEY.encode())
        with servers.web(tmp_path / "web.log", threads=8, DATABASE_URL=database.url()) as web:
            address = f"{web.url}/s/faults/"
            page = Browser(address)
            seen: list[int] = []

            def insist(_n: int) -> str:
                own = str(uuid4())
                for _try in range(200):
                    seen.append(page.send(id=own, i1="1"))
                    if seen[-1] == 200:
                        return own
                    time.sleep(0.05)
                raise AssertionError("never acknowledged")

            with ThreadPoolExecutor(8) as pool:
                sent = [pool.submit(insist, n) for n in range(200)]
                servers.wait_for(lambda: len(seen) > 60)
                database.crash()
                servers.wait_for(lambda: 503 in seen)  # readers press "send" while it is away
                database.start()
                acknowledged = {future.result() for future in sent}
        connection = psycopg2.connect(database.url())
        with connection.cursor() as cursor:
            cursor.execute("SELECT id::text FROM feedback_response")
            stored = [identity for (identity,) in cursor.fetchall()]
        connection.close()
    assert sorted(stored) == sorted(acknowledged)
    assert set(seen) <= {0, 200, 503}, web.output()[-4000:]
    assert 503 in seen
