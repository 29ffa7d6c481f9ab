"""Nobody mails past the rows: only two rooms speak to a mail server."""

import ast
from collections.abc import Iterator

from tests.house.reading import full_name, imported_names, nodes_of
from tests.house.test_architecture import module_of, parsed, sources

#: The rooms that hand mails over, each with a row and a journal.
MAILERS = ("crm.letters", "campaigns.sending")
#: Packages that write or send mails. ``email`` alone also reads them.
MAILING = ("django.core.mail", "smtplib")
#: What sends, under whatever object it is called.
SENDING = {"send", "send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user"}
FOLDERS = ("core", "crm", "campaigns", "feedback", "analytics", "config", "demo", "ops")


def mails_by_itself(tree: ast.Module) -> Iterator[str]:
    """What a file uses that writes or sends a mail."""
    names = imported_names(tree)
    for name in set(names.values()):
        if any(f"{name}.".startswith(f"{package}.") for package in MAILING):
            yield name
    for node in nodes_of(tree):
        if not isinstance(node, ast.Call):
            continue
        called = full_name(node.func, names) or getattr(node.func, "attr", "")
        if called.rpartition(".")[2] in SENDING:
            yield called


def outside_of_the_rooms() -> Iterator[tuple[str, set[str]]]:
    for path in sources(*FOLDERS):
        module = module_of(path)
        if not any(f"{module}.".startswith(f"{room}.") for room in MAILERS):
            yield module, set(mails_by_itself(parsed(path)))


def test_only_two_rooms_mail():
    """Fault 48. Every other mail would wait for the mail server, or be lost with it."""
    assert [(module, found) for module, found in outside_of_the_rooms() if found] == []


def test_what_mails_is_found_however_it_is_called():
    for source in (
        "from django.core.mail import EmailMessage",
        "import django.core.mail as post",
        "from django.core import mail",
        "import smtplib",
        "message.send()",
        "user.email_user('x', 'y')",
        "from somewhere import send_mail as write\nwrite('x')",
    ):
        assert list(mails_by_itself(ast.parse(source))), source


def test_django_s_own_mails_and_account_mail_become_rows(settings):
    assert settings.ACCOUNT_ADAPTER == "crm.letters.account.AccountLetters"
    source = (settings.BASE_DIR / "config" / "settings.py").read_text()
    # Under test Django puts a mailbox of its own in the place of the backend.
    assert 'EMAIL_BACKEND = "crm.letters.backend.LetterBackend"' in source
