"""What is unsafe about an installation, each in one sentence with the setting to change.

``manage.py check --deploy`` says all of it. The web server says it when it starts, and does not
start where something is an error. Rooms register checks of their own under ``TAG``.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from operator import attrgetter
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks

from core import collected

TAG = "huixiang"
#: Characters of a key: a shorter one can be tried out, and so can one of fewer different ones.
SHORTEST_KEY, FEWEST_DIFFERENT = 32, 8
#: Characters of the keys that Django makes.
USUAL_KEY = 50
#: Ports that a real mail server listens on.
MAIL_PORTS = {25, 465, 587, 2525}
#: A shorter password of a server can be tried out; those that come with examples are shorter.
SHORTEST_PASSWORD = 16
#: Seconds.
OLDEST_BACKUP = 7 * 24 * 3600
MOVE_PRIVACY_KEY = "Set PRIVACY_KEY to the present SECRET_KEY, then give SECRET_KEY another value."


# --- what is looked at ----------------------------------------------------------------------------
def always() -> bool:
    """For a rule that holds in every setting.

    One of the values of ``Danger.keeps_from_starting``.
    """
    return True


def never() -> bool:
    """For a rule that holds in no setting of this kind.

    The value that ``Danger.keeps_from_starting`` has unless it is given: the start goes on and says
    it.
    """
    return False


def is_own_machine(host: str) -> bool:
    """True where only this machine itself can ask.

    For "", "localhost" and addresses of the loopback; a name is not looked up, so any other name is
    another machine's.
    """
    if host in {"", "localhost"}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def portal_host() -> str:
    """The host of the links in the portal's own mails; empty where none is set.

    From BASE_URL, without the port, in small letters.
    """
    return urlsplit(settings.BASE_URL).hostname or ""


def is_public() -> bool:
    """Whether the portal's address can be asked for from other machines.

    By the host of BASE_URL alone (``portal_host``).
    """
    return not is_own_machine(portal_host())


def is_in_plain_text() -> bool:
    """True where what people send travels over a network, and not by https.

    By BASE_URL alone: whether a proxy really ends TLS there is not looked at.
    """
    return is_public() and not settings.HTTPS


def has_no_proxy() -> bool:
    """True where https ends at a proxy that the portal does not know.

    Then the address of the proxy would be taken for every visitor's.
    """
    return settings.HTTPS and not settings.TRUSTED_PROXIES


def any_host_is_answered() -> bool:
    """True where whoever asks chooses the host that links are made of.

    An asterisk in ALLOWED_HOSTS.
    """
    return "*" in settings.ALLOWED_HOSTS


def own_host_is_refused() -> bool:
    """True where the portal does not answer to the host of the links in its own mails.

    Hosts are compared as they are written: a pattern like ".example" counts as another host.
    """
    return not any_host_is_answered() and portal_host() not in settings.ALLOWED_HOSTS


def holds_real_data() -> bool:
    """False for a demonstration, which holds nobody's data.

    By the setting DEMO: what is stored is not looked at.
    """
    return not settings.DEMO


def is_weak(key: str) -> bool:
    """True for a key that is short, repeats itself, or came with an example.

    Fewer than 32 characters, fewer than 8 different ones, or Django's word for a key that was
    generated with a project.
    """
    if key.startswith("django-insecure-"):
        return True
    if len(key) < SHORTEST_KEY:
        return True
    return len(set(key)) < FEWEST_DIFFERENT


def secret_key_is_weak() -> bool:
    """Whether the key is short, a known example, or of few different letters."""
    return is_weak(settings.SECRET_KEY)


def secret_key_is_short() -> bool:
    """True for a key that cannot be tried out and is shorter than is usual all the same.

    From 32 to 49 characters; Django's own have 50.
    """
    return len(settings.SECRET_KEY) < USUAL_KEY and not secret_key_is_weak()


def keys_are_one() -> bool:
    """True where a renewed SECRET_KEY would renew what people are known again by, too.

    So it is where PRIVACY_KEY is not set: settings take SECRET_KEY then.
    """
    return settings.PRIVACY_KEY == settings.SECRET_KEY


def privacy_key_is_weak() -> bool:
    """Of a privacy key of its own; that it has none is said apart.

    Only warned of: a change of this key would lose the list of who must not be mailed.
    """
    return is_weak(settings.PRIVACY_KEY) and not keys_are_one()


def mail_is_caught() -> bool:
    """True for a mail server that nobody named, and for the one of a demonstration, which keeps
    what it is sent.

    A server on this machine counts as a real one on the usual ports (``MAIL_PORTS``).
    """
    return is_own_machine(settings.EMAIL_HOST) and settings.EMAIL_PORT not in MAIL_PORTS


def password_is_known(password: str | None, user: str | None) -> bool:
    """True for a password that is none, too short, or the account's own name.

    Too short is below 16 characters: those that come with examples are shorter.
    """
    return len(password or "") < SHORTEST_PASSWORD or password == user


def database_is_open() -> bool:
    """True where other machines could ask the database and its password is known or missing.

    A socket is never open to them. That the host is another machine is taken for granted where one
    is named.
    """
    found = settings.DATABASES["default"]
    host = found.get("HOST") or ""
    # A socket asks the system who somebody is, and needs no password.
    if host.startswith("/") or not host:
        return False
    return password_is_known(found.get("PASSWORD"), found.get("USER"))


def broker_is_open() -> bool:
    """True where other machines could ask Valkey, and it asks for no password or a known one.

    By REDIS_URL: a socket and the loopback are this machine's alone.
    """
    found = urlsplit(settings.REDIS_URL)
    if found.scheme == "unix" or is_own_machine(found.hostname or ""):
        return False
    return password_is_known(found.password, found.username)


def last_backup() -> datetime | None:
    """When the last backup was made, as the program that made it left a note; None for none."""
    try:
        last = (settings.LOCAL_DIR / "last_backup").stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(last, tz=UTC)


def backup_is_old() -> bool:
    """True as well where none has been made."""
    last = last_backup()
    return last is None or time.time() - last.timestamp() > OLDEST_BACKUP


# --- what is unsafe -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Danger:
    """``is_there`` says whether it is so, ``keeps_from_starting`` whether it is an error."""

    code: str
    is_there: Callable[[], bool]
    sentence: str
    setting: str
    keeps_from_starting: Callable[[], bool] = never
    in_demonstrations: bool = False

    def check(self, app_configs, **_options) -> list[CheckMessage]:
        """As Django's checks are asked.

        A list with one message, an Error where it keeps from starting and else a Warning; empty
        where it is not there, or means nothing in a demonstration. Its id is "huixiang." and the
        code.
        """
        if settings.DEMO and not self.in_demonstrations:
            return []
        if not self.is_there():
            return []

        kind = Warning
        if self.keeps_from_starting():
            kind = Error
        return [kind(self.sentence, hint=self.setting, id=f"huixiang.{self.code}")]


DANGERS = [
    Danger(
        "debug",
        lambda: settings.DEBUG,
        "DEBUG is on: every error page shows settings and data to whoever causes it.",
        "Set DEBUG=off.",
        keeps_from_starting=is_public,
        in_demonstrations=True,
    ),
    Danger(
        "key",
        secret_key_is_weak,
        "SECRET_KEY can be guessed: who has it can sign in as anybody.",
        f"Set it to 50 random characters. Where there is no PRIVACY_KEY: {MOVE_PRIVACY_KEY}",
        keeps_from_starting=always,
        in_demonstrations=True,
    ),
    Danger(
        "short-key",
        secret_key_is_short,
        f"SECRET_KEY is shorter than {USUAL_KEY} characters.",
        f"Set it to 50 random characters. Where there is no PRIVACY_KEY: {MOVE_PRIVACY_KEY}",
    ),
    Danger(
        "one-key",
        keys_are_one,
        "PRIVACY_KEY is SECRET_KEY: renewing the one would lose who must not be mailed.",
        MOVE_PRIVACY_KEY,
    ),
    # Never an error: an installation cannot change this key without losing its stop list.
    Danger(
        "privacy-key",
        privacy_key_is_weak,
        "PRIVACY_KEY can be guessed: suppressed addresses could be tried out.",
        "Set PRIVACY_KEY to 50 random characters before the first address is suppressed.",
    ),
    Danger(
        "any-host",
        any_host_is_answered,
        "Any host name is answered: links in mails could be made to lead elsewhere.",
        "Set ALLOWED_HOSTS to the names of this portal.",
        keeps_from_starting=always,
        in_demonstrations=True,
    ),
    Danger(
        "own-host",
        own_host_is_refused,
        "Links in mails lead to a host that this portal does not answer to.",
        "Add the host of BASE_URL to ALLOWED_HOSTS.",
        in_demonstrations=True,
    ),
    Danger(
        "https",
        is_in_plain_text,
        "Passwords and answers travel in plain text: BASE_URL is no https address.",
        "Put a proxy that ends TLS in front and set BASE_URL=https://…, TRUSTED_PROXIES.",
        keeps_from_starting=holds_real_data,
        in_demonstrations=True,
    ),
    Danger(
        "proxy",
        has_no_proxy,
        "No proxy is trusted, so that every visitor seems to come from the proxy's address.",
        "Set TRUSTED_PROXIES to the address of the proxy that ends TLS.",
    ),
    Danger(
        "database-password",
        database_is_open,
        "The database has no password, or one that is short or known.",
        "Give the role of DATABASE_URL a password of 16 random characters or more.",
    ),
    Danger(
        "broker-password",
        broker_is_open,
        "Cache and broker have no password, or one that is short or known.",
        "Set one in Valkey (requirepass) and write it into REDIS_URL: redis://:password@host/0.",
    ),
    Danger(
        "second-factor",
        lambda: not settings.STAFF_TOTP_REQUIRED,
        "Staff sign in by password alone.",
        "Set STAFF_TOTP_REQUIRED=on.",
    ),
    Danger(
        "mail",
        mail_is_caught,
        "No mail leaves this machine: the mail server is unset, or a demonstration's.",
        "Set EMAIL_URL to your mail relay.",
    ),
    Danger(
        "static-files",
        collected.are_sources,
        "Static files were not collected: pages are several times as heavy as they need be.",
        "Run manage.py collectstatic.",
    ),
    Danger(
        "old-static-files",
        collected.are_old,
        "Static files were collected for another version: pages would lack files or get old ones.",
        "Run manage.py collectstatic.",
        keeps_from_starting=always,
        in_demonstrations=True,
    ),
    Danger(
        "backup",
        backup_is_old,
        "There is no backup, or the last one is more than seven days old.",
        "Run make backup FILE=…, or docker compose run --rm backup, every night.",
    ),
]


def register_checks() -> None:
    """Called once, when the apps are ready.

    Under the tag ``TAG``, for ``check --deploy`` alone.
    """
    for danger in DANGERS:
        # Registering writes on what it is given, which a method does not allow.
        register(partial(danger.check), TAG, deploy=True)


# --- the start ------------------------------------------------------------------------------------
def refuse_unsafe_start() -> None:
    """Say what is unsafe; SystemExit where something is too unsafe to start with.

    All checks under ``TAG`` run, those of rooms too. On the error stream, the worst first.
    """
    found = run_checks(tags=[TAG], include_deployment_checks=True)
    # The worst first.
    for message in sorted(found, key=attrgetter("level"), reverse=True):
        print(in_words(message), file=sys.stderr, flush=True)
    if any(map(CheckMessage.is_serious, found)):
        sys.exit("huixiang: not started. Mend what is marked as an error above.")


def in_words(message: CheckMessage) -> str:
    """One line for the terminal: how bad it is, the sentence, the setting.

    "warning" stands for everything that does not keep from starting.
    """
    word = "warning"
    if message.is_serious():
        word = "error"
    return f"huixiang: {word}: {message.msg} {message.hint}"
