"""What is unsafe about an installation, each in one sentence with the setting to change.

``manage.py check --deploy`` says all of it. The web server says it when it starts, and does not
start where something is an error. Rooms register checks of their own under ``TAG``.
"""

import sys
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks

TAG = "huixiang"
#: Below this a key can be tried out; below the second it is shorter than is usual.
SHORTEST_KEY, USUAL_KEY = 32, 50
FEWEST_CHARACTERS = 8
#: Ports that a real mail server listens on.
MAIL_PORTS = {25, 465, 587, 2525}
OLDEST_BACKUP_DAYS = 7
DAY = 24 * 3600


def is_own_machine(host: str) -> bool:
    """True where only this machine itself can ask."""
    if host in {"", "localhost"}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_public() -> bool:
    """Whether the portal's address can be asked for from other machines."""
    return not is_own_machine(urlsplit(settings.BASE_URL).hostname or "")


def register_checks() -> None:
    """Called once, when the apps are ready."""
    for check in (check_debug, check_keys, check_hosts, check_https):
        register(check, TAG, deploy=True)
    for check in (check_privacy_key, check_second_factor, check_proxy, check_mail, check_backup):
        register(check, TAG, deploy=True)


# --- always ---------------------------------------------------------------------------------------
def check_debug(app_configs, **_options) -> list[CheckMessage]:
    if not settings.DEBUG:
        return []
    kind = Error if is_public() else Warning
    sentence = "DEBUG is on: every error page shows settings and data to whoever causes it."
    return [kind(sentence, hint="Set DEBUG=off.", id="huixiang.debug")]


def check_keys(app_configs, **_options) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    hint = "Set SECRET_KEY to 50 random characters."
    if key == settings.PRIVACY_KEY:
        hint += " Set PRIVACY_KEY to the present value first: it must stay."

    found = []
    if is_weak(key):
        sentence = "SECRET_KEY can be guessed: who has it can sign in as anybody."
        found.append(Error(sentence, hint=hint, id="huixiang.key"))
    elif len(key) < USUAL_KEY:
        sentence = f"SECRET_KEY is shorter than {USUAL_KEY} characters."
        found.append(Warning(sentence, hint=hint, id="huixiang.key"))
    return found


def check_privacy_key(app_configs, **_options) -> list[CheckMessage]:
    """Never an error: an installation cannot change this key without losing its stop list."""
    hint = "Set PRIVACY_KEY to 50 random characters before the first address is suppressed."
    if settings.PRIVACY_KEY == settings.SECRET_KEY:
        if settings.DEMO:
            return []
        sentence = "PRIVACY_KEY is SECRET_KEY: renewing the one would lose who must not be mailed."
        hint = "Set PRIVACY_KEY to the present SECRET_KEY, then give SECRET_KEY another value."
    elif is_weak(settings.PRIVACY_KEY):
        sentence = "PRIVACY_KEY can be guessed: suppressed addresses could be tried out."
    else:
        return []
    return [Warning(sentence, hint=hint, id="huixiang.privacy-key")]


def is_weak(key: str) -> bool:
    """True for a key that is short, repeats itself, or came with an example."""
    is_example = key.startswith("django-insecure-")
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS or is_example


def check_hosts(app_configs, **_options) -> list[CheckMessage]:
    found = []
    if "*" in settings.ALLOWED_HOSTS:
        sentence = "Any host name is answered: links in mails could be made to lead elsewhere."
        hint = "Set ALLOWED_HOSTS to the names of this portal."
        found.append(Error(sentence, hint=hint, id="huixiang.hosts"))
    elif (host := urlsplit(settings.BASE_URL).hostname) not in settings.ALLOWED_HOSTS:
        sentence = f"Links in mails lead to {host}, which this portal does not answer to."
        hint = f"Add {host} to ALLOWED_HOSTS, or set BASE_URL."
        found.append(Warning(sentence, hint=hint, id="huixiang.hosts"))
    return found


def check_https(app_configs, **_options) -> list[CheckMessage]:
    if settings.HTTPS or not is_public():
        return []
    sentence = "Passwords and answers travel in plain text: BASE_URL is no https address."
    hint = "Put a proxy that ends TLS in front and set BASE_URL=https://…, BEHIND_PROXY=on."
    # A demonstration holds nobody's data.
    kind = Warning if settings.DEMO else Error
    return [kind(sentence, hint=hint, id="huixiang.https")]


# --- installations --------------------------------------------------------------------------------
def check_second_factor(app_configs, **_options) -> list[CheckMessage]:
    if settings.DEMO or settings.STAFF_TOTP_REQUIRED:
        return []
    sentence = "Staff sign in by password alone."
    hint = "Set STAFF_TOTP_REQUIRED=on."
    return [Warning(sentence, hint=hint, id="huixiang.second-factor")]


def check_proxy(app_configs, **_options) -> list[CheckMessage]:
    if not settings.HTTPS or settings.BEHIND_PROXY:
        return []
    sentence = "No proxy is trusted, so that every visitor seems to come from the proxy's address."
    hint = "Set BEHIND_PROXY=on where a proxy of yours ends TLS."
    return [Warning(sentence, hint=hint, id="huixiang.proxy")]


def check_mail(app_configs, **_options) -> list[CheckMessage]:
    """A mail server that nobody named, or the one that keeps what a demonstration sends."""
    is_caught = is_own_machine(settings.EMAIL_HOST) and settings.EMAIL_PORT not in MAIL_PORTS
    if settings.DEMO or not is_caught:
        return []
    sentence = "No mail leaves this machine: the mail server is unset, or a demonstration's."
    hint = "Set EMAIL_URL to your mail relay."
    return [Warning(sentence, hint=hint, id="huixiang.mail")]


def check_backup(app_configs, **_options) -> list[CheckMessage]:
    if settings.DEMO:
        return []
    hint = "Run make backup FILE=… every night."
    try:
        days = (time.time() - (settings.LOCAL_DIR / "last_backup").stat().st_mtime) / DAY
    except OSError:
        sentence = "No backup has been made here yet."
        return [Warning(sentence, hint=hint, id="huixiang.backup")]

    if days <= OLDEST_BACKUP_DAYS:
        return []
    sentence = f"The last backup is {days:.0f} days old."
    return [Warning(sentence, hint=hint, id="huixiang.backup")]


# --- the start ------------------------------------------------------------------------------------
def refuse_unsafe_start() -> None:
    """Say what is unsafe; SystemExit where something is too unsafe to start with."""
    found = run_checks(tags=[TAG], include_deployment_checks=True)
    # The worst first.
    for message in sorted(found, key=lambda message: -message.level):
        print(in_words(message), file=sys.stderr, flush=True)
    if any(message.is_serious() for message in found):
        sys.exit("huixiang: not started. Mend what is marked as an error above.")


def in_words(message: CheckMessage) -> str:
    """One line for the terminal: how bad it is, the sentence, the setting."""
    word = "error" if message.is_serious() else "warning"
    return f"huixiang: {word}: {message.msg} {message.hint}"
