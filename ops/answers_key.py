"""The key that anonymous answers are sealed with until they are mixed.

``python -m ops.answers_key new``      prints a new private half, as ANSWERS_PRIVATE_KEY takes it
``python -m ops.answers_key status``   says how many held answers each key has to open

The private half belongs into the environment of the workers alone: no page, no backup and no
database has it. The embedded servers make one in ``LOCAL_DIR`` and hand it to the worker.
"""

import base64
import os
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core.vouching import answer_key_mac
from ops import local, servers

NAME = "ANSWERS_PRIVATE_KEY"
STATUS = """
SELECT encode(k.public, 'hex'), k.made_at, k.opened_at, count(h.id) > 0
FROM public.feedback_answerkey k
LEFT JOIN public.feedback_heldanswer h ON h.key_id = k.id
GROUP BY k.id
ORDER BY k.id DESC
"""
TELL = """
INSERT INTO public.feedback_answerkey (public, mac, made_at)
VALUES (%s, %s, now())
ON CONFLICT (public) DO UPDATE SET mac = excluded.mac
"""


def new_key() -> str:
    """A private half as text.

    Base64 of its 32 bytes (X25519), a new one each time; nothing is written.
    """
    return base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()


def public_half(private: str) -> bytes:
    """The 32 bytes that belong to the newest of the keys in ``private``."""
    newest = private.split(",")[0].strip()
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(newest))
    return key.public_key().public_bytes_raw()


def own_key(root: Path) -> str:
    """The key of the environment, else that of ``root``: made once, for its owner only.

    The file is ``answers_key``, mode 0600; a variable that is set but empty counts as none.
    """
    if os.environ.get(NAME):
        return os.environ[NAME]
    path = root / "answers_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new_key())
    return path.read_text().strip()


def connected() -> closing:
    """A connection that is closed at the end of its block, without waking Django.

    KeyError where DATABASE_URL is not set; OperationalError where the database is away.
    """
    return closing(psycopg2.connect(os.environ["DATABASE_URL"]))


def tell_database(private: str) -> None:
    """Write the public half where the pages find it: they can seal before a worker has started."""
    with connected() as connection, connection, connection.cursor() as cursor:
        public = public_half(private)
        cursor.execute(TELL, [public, answer_key_mac(public, privacy_key())])


def privacy_key() -> str:
    """As the settings read it.

    PRIVACY_KEY, or SECRET_KEY where that is missing or empty; KeyError where both are missing.
    """
    return os.environ.get("PRIVACY_KEY") or os.environ["SECRET_KEY"]


def status() -> str:
    """One line per key, the newest first."""
    lines = []
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute(STATUS)
        for public, made, opened, waiting in cursor.fetchall():
            lines.append(
                f"{public[:12]}…  made {made:%Y-%m-%d}  last in a worker's hands: {opened}"
                f"  has something to open: {waiting}"
            )
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """``new`` or ``status``; LocalError for anything else.

    ``new`` prints a line for the environment; ``status`` prints a line for each key in the
    database, and starts our own servers for it.
    """
    if arguments == ["new"]:
        print(f"{NAME}={new_key()}")
    elif arguments == ["status"]:
        os.environ |= local.ensure()
        print(status())
    else:
        raise servers.LocalError("usage: python -m ops.answers_key new | status")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (servers.LocalError, OSError, psycopg2.Error) as error:
        sys.exit(f"huixiang: {str(error).strip().splitlines()[-1]}")
