"""``python -m tests.bench.mail_sender ours CONTENT`` or ``… plain FIRST LAST PORT``: one of two
sending processes.

Says ``ready``, waits for a line on stdin, sends, says ``done``.
"""

import smtplib
import sys
from email.message import EmailMessage

import django

django.setup()

# Models can be imported only after the line above.
from campaigns.contents.models import Content  # noqa: E402
from campaigns.links import keys  # noqa: E402
from campaigns.sending import run  # noqa: E402
from crm.readers.models import Reader  # noqa: E402


def ours(content_id: str) -> None:
    while run.send(int(content_id)):
        pass


def plain(first: str, last: str, port: str) -> None:
    """The ordinary way.

    An EmailMessage per recipient, its links written in, sent one after the other.
    """
    content = Content.objects.latest("pk")
    codes = list(content.links.values_list("code", flat=True))
    readers = Reader.objects.filter(pk__gte=first, pk__lte=last).values_list("pk", "name", "email")
    with smtplib.SMTP("127.0.0.1", int(port), local_hostname="bench") as server:
        for pk, name, address in readers.iterator():
            server.send_message(message(content, codes, pk, name, address))


def message(content: Content, codes: list[str], pk: int, name: str, address: str) -> EmailMessage:
    key = keys.delivery_key(pk, keys.CLICK)
    hrefs = [f"http://127.0.0.1:8000/go/{code}/{key}" for code in codes]
    mail = EmailMessage()
    mail["Subject"] = content.subject.replace("{name}", name)
    mail["From"], mail["To"] = "library@example.org", address
    mail["List-Unsubscribe"] = (
        f"<http://127.0.0.1:8000/u/{keys.delivery_key(pk, keys.UNSUBSCRIBE)}/>"
    )
    mail.set_content(f"{name}\n" + "\n".join(hrefs))
    items = "".join(
        f'<p>图书馆的秋天 <a href="{href}">第 {n} 处</a></p>' for n, href in enumerate(hrefs)
    )
    mail.add_alternative(f"<p>{name}</p>{items}", subtype="html")
    return mail


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    {"ours": ours, "plain": plain}[sys.argv[1]](*sys.argv[2:])
    print("done", flush=True)
