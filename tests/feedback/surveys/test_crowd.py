"""A whole university behind one address answers in the same minute."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from feedback.surveys.models import Response
from tests import servers
from tests.feedback.building import form, published
from tests.feedback.surveys.test_faults import Browser

READERS = 3000


def request_of(browser: Browser, fields: dict) -> bytes:
    """The submit of another reader, as it goes over the wire."""
    body = urlencode(browser.hidden | fields | {"id": str(uuid4())}, doseq=True)
    address = urlsplit(browser.url)
    head = [
        f"POST {address.path} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Cookie: {browser.cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


async def send(host: str, port: int, request: bytes) -> int:
    """The status of one submit on a connection of its own; 0 where it was refused."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request)
        status = await reader.readline()
        writer.close()
        return int(status.split()[1])
    except (OSError, IndexError):
        return 0


async def send_all(address: str, requests: list[bytes]) -> list[int]:
    parts = urlsplit(address)
    return await asyncio.gather(
        *(send(parts.hostname, parts.port, request) for request in requests)
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_thousand_readers_on_one_address_at_once_are_all_taken_in(tmp_path):
    """Fault 24."""
    survey = published()
    fields = {name: value for name, value in form().items() if name[0] == "i" and name != "id"}
    with servers.web(tmp_path / "web.log", workers=2, threads=4) as web:
        browser = Browser(web.url + survey.public_url)
        requests = [request_of(browser, fields) for _reader in range(READERS)]
        began = time.monotonic()

        # In a thread of its own: the test's own may have a browser's loop.
        with ThreadPoolExecutor(1) as pool:
            statuses = pool.submit(asyncio.run, send_all(browser.url, requests)).result()

        print(f"{READERS} submits at once in {time.monotonic() - began:.1f} s")
    assert {status: statuses.count(status) for status in set(statuses)} == {200: READERS}
    assert Response.objects.filter(survey=survey).count() == READERS
