"""Chinese texts of packages as we would say them: ``python -m ops.borrowing``.

Packages address the reader as 您 and set half-width marks between Chinese characters; our pages
never do. Every such text of an installed package is written into a catalogue that comes before the
packages' own. Nobody edits it by hand: run this again after an upgrade.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import rest_framework
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import write_po

from ops import messages

PACKAGES = (allauth, django, rest_framework)
CHINESE = r"[\u4e00-\u9fff”）》」]"
FULL_WIDTH = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
#: A half-width mark after a Chinese character, with the blank that mostly follows it.
HALF_WIDTH = re.compile(rf"(?<={CHINESE})([,:;?!]) ?")
#: In brackets, with Chinese inside.
BRACKETS = re.compile(r" ?\(([^()]*[\u4e00-\u9fff][^()]*)\)")


def catalogues() -> Iterator[Path]:
    """The compiled simplified Chinese catalogues of the packages."""
    for package in PACKAGES:
        yield from sorted(Path(package.__file__).parent.rglob("zh_Hans/LC_MESSAGES/django.mo"))


def as_we_say(text: str) -> str:
    """The same sentence with 你 and full-width marks."""
    said = text.replace("您", "你")
    said = HALF_WIDTH.sub(lambda found: FULL_WIDTH[found[1]], said)
    return BRACKETS.sub(r"（\1）", said)


def own_texts() -> set:
    """Texts that have a translation of ours: what is borrowed would come before it."""
    found = set()
    for app in (messages.ROOT, *messages.APPS):
        found |= set(map(key_of, messages.read(app)))
    return found


def key_of(message: Message) -> str:
    """The English of a message, of its singular where it has a plural."""
    return message.id if isinstance(message.id, str) else message.id[0]


def borrowed() -> Catalog:
    """Every text of the packages that we say otherwise."""
    ours = own_texts()
    catalog = Catalog(locale=messages.LOCALE)
    for path in catalogues():
        with path.open("rb") as file:
            for message in read_mo(file):
                if key_of(message) not in ours:
                    add_if_ours_differs(catalog, message)
    return catalog


def add_if_ours_differs(catalog: Catalog, message: Message) -> None:
    """Take the message in, as we say it. The head of a catalogue is a message without a text."""
    if not message.id:
        return
    forms = message.string
    is_plural = isinstance(forms, tuple | list)
    theirs = tuple(forms) if is_plural else (forms,)
    ours = tuple(map(as_we_say, theirs))
    if ours != theirs:
        said = ours if is_plural else ours[0]
        catalog.add(message.id, said, context=message.context)


def write() -> int:
    """Write the catalogue; returns how many texts it holds."""
    catalog = borrowed()
    packed = io.BytesIO()
    write_po(packed, catalog, width=120, sort_output=True, omit_header=True)
    folder = messages.folder_of(messages.BORROWED)
    folder.mkdir(parents=True, exist_ok=True)
    text = messages.header() + packed.getvalue().decode()
    (folder / "django.po").write_text(text, encoding="utf-8")
    return len(catalog)


if __name__ == "__main__":
    print(f"{write()} texts")
