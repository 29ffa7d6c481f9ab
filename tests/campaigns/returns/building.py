"""Messages as other mail servers write them."""

from datetime import timedelta
from email.message import EmailMessage

from django.utils import timezone

from campaigns.links import keys
from crm.letters.envelopes import return_token
from tests import factories

RETURN_ADDRESS = "returns@library.example.org"


def sent(email="li@example.org", **fields):
    """A delivery that has gone."""
    reader = factories.ReaderFactory(email=email)
    return factories.DeliveryFactory(reader=reader, state="sent", sent_at=timezone.now(), **fields)


def spoken_against(_request) -> list:
    """A reader whose address a returned message marked long ago; for a task without arguments."""
    long_ago = timezone.now() - timedelta(days=30)
    factories.ReaderFactory(
        email="li@example.org", email_trouble="returned", email_trouble_at=long_ago
    )
    return []


def way_back(delivery) -> str:
    """The address that the mail comes back to."""
    mailbox, _at, domain = RETURN_ADDRESS.partition("@")
    return f"{mailbox}+{return_token(keys.message_token(delivery.pk))}@{domain}"


def _report(kind: str, sender: str, to: str, parts: dict[str, str]) -> bytes:
    """A report (RFC 6522): its parts by their content types."""
    head = (
        f"From: {sender}\nTo: {to}\nSubject: Undelivered\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="=_b"\n\n'
    )
    body = ""
    for content_type, text in parts.items():
        body += f"--=_b\nContent-Type: {content_type}\n\n{text}\n"
    return f"{head}{body}--=_b--\n".encode()


def bounce(
    to: str,
    address="li@example.org",
    *,
    status="5.1.1",
    diagnosis="smtp; 550 5.1.1 user unknown",
    action="failed",
    original="",
) -> bytes:
    """A delivery status notification (RFC 3464)."""
    fields = (
        "Reporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
    )
    if diagnosis:
        fields += f"Diagnostic-Code: {diagnosis}\n"
    parts = {"text/plain": "I'm sorry to have to inform you", "message/delivery-status": fields}
    if original:
        parts["text/rfc822-headers"] = original
    return _report("delivery-status", "MAILER-DAEMON@mx.example.org", to, parts)


def complaint(to: str, kind="abuse") -> bytes:
    """A report of spam (RFC 5965)."""
    fields = f"Feedback-Type: {kind}\nUser-Agent: x/1\nVersion: 1\n"
    parts = {"text/plain": "This is an email abuse report", "message/feedback-report": fields}
    return _report("feedback-report", "feedback@mailbox.example.net", to, parts)


def absence_note(to: str) -> bytes:
    message = EmailMessage()
    message["From"] = "li@example.org"
    message["To"] = to
    message["Auto-Submitted"] = "auto-replied"
    message["Subject"] = "Out of office"
    message.set_content("I am away until Monday. 550 5.1.1 is a number.")
    return message.as_bytes()
