"""Catalogues without gettext's tools: ``python -m ops.messages update [APP…] | compile | missing``.

Each app keeps its own ``<app>/locale``, with the strings of its code and of ``templates/<app>/``;
the root ``locale/`` has those of ``config/`` and of the shared templates. English is the source, so
only Chinese has catalogues.
"""

import ast
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("core", "crm", "campaigns", "feedback", "analytics", "demo")
ROOT = "config"
LOCALE = "zh_Hans"
NAMES = ("gettext", "ngettext", "pgettext", "npgettext")
#: What the arguments of each function are, in Babel's notation ("c" is the context).
ARGUMENTS = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Not people's names nor dates: a catalogue changes only when a text does.
HEADER = "Translations of Huixiang."


def folder_of(app: str) -> Path:
    return (BASE_DIR if app == ROOT else BASE_DIR / app) / "locale" / LOCALE / "LC_MESSAGES"


def python_files(app: str) -> Iterator[Path]:
    return (
        path for path in sorted((BASE_DIR / app).rglob("*.py")) if "migrations" not in path.parts
    )


def template_files(app: str) -> Iterator[Path]:
    folder = BASE_DIR / "templates"
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
        owner = path.relative_to(folder).parts[0]
        if (owner if owner in APPS else ROOT) == app:
            yield path


def keywords(source: str = "") -> dict:
    """Babel's keyword table.

    Django's functions, and whatever ``import … as`` calls them in ``source``.
    """
    table = {"_": None, "gettext_noop": None}
    for name, arguments in ARGUMENTS.items():
        table |= {name: arguments, f"{name}_lazy": arguments}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            table |= {alias.asname: table.get(alias.name) for alias in node.names if alias.asname}
    return table


def strings_in(path: Path) -> Iterator[tuple]:
    """(line, message or tuple of messages, comments, context) for each translatable text of a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        table = keywords(source)
    else:
        # Brackets keep Python's tokenizer from minding the indentation of HTML.
        source, table = f"({templatize(source, origin=str(path))})", keywords()
    return extract(
        "python", io.BytesIO(source.encode()), keywords=table, comment_tags=("Translators",)
    )


def template_of(app: str) -> Catalog:
    """All texts of one app, untranslated."""
    catalog = Catalog()
    for path in (*python_files(app), *template_files(app)):
        name = str(path.relative_to(BASE_DIR))
        for _line, message, comments, context in strings_in(path):
            catalog.add(message, None, [(name, None)], auto_comments=comments, context=context)
    return catalog


def read(app: str) -> Catalog:
    path = folder_of(app) / "django.po"
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain="django")


def update(app: str) -> int:
    """Bring the catalogue in line with the sources, keeping translations.

    Returns how many texts it holds.
    """
    catalog = read(app)
    catalog.update(template_of(app), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = f"# {HEADER}\n#"
    catalog.fuzzy = False
    folder_of(app).mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    write_po(packed, catalog, width=120, sort_output=True, include_lineno=False, omit_header=True)
    text = header() + packed.getvalue().decode()
    (folder_of(app) / "django.po").write_text(text, encoding="utf-8")
    return len(catalog)


def header() -> str:
    fields = {
        "Project-Id-Version": "huixiang",
        "Language": LOCALE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'# {HEADER}\nmsgid ""\nmsgstr ""\n{lines}\n'


def is_translated(message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(texts) and all(texts) and not message.fuzzy


def missing(app: str) -> list[str]:
    """Texts of the sources without a translation, and translations whose placeholders differ from
    the text's.
    """
    catalog, wrong = read(app), []
    for message in template_of(app):
        found = message.id and catalog.get(message.id, message.context)
        if message.id and not (found and is_translated(found)):
            wrong.append(f"{app}: {message.id!r} is not translated ({message.locations[0][0]})")
    for message, errors in catalog.check():
        wrong += [f"{app}: {message.id!r}: {error}" for error in errors]
    return wrong


def compile_one(app: str) -> None:
    packed = io.BytesIO()
    write_mo(packed, read(app))
    target = folder_of(app) / "django.mo"
    # Two test workers may compile at once: each writes its own file and renames it.
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(packed.getvalue())
    draft.replace(target)


def compile_stale() -> list[str]:
    """Compile the catalogues that are newer than what was compiled from them.

    Returns the apps concerned.
    """
    done = []
    for app in (ROOT, *APPS):
        source, target = folder_of(app) / "django.po", folder_of(app) / "django.mo"
        if source.exists() and (
            not target.exists() or target.stat().st_mtime <= source.stat().st_mtime
        ):
            compile_one(app)
            done.append(app)
    return done


def main(arguments: list[str]) -> int:
    verb, *apps = arguments or [""]
    apps = apps or [ROOT, *APPS]
    if verb not in {"update", "compile", "missing"} or not set(apps) <= {ROOT, *APPS}:
        sys.exit(
            f"usage: python -m ops.messages update [APP…] | compile | missing [APP…]   (apps: {ROOT}, {APPS})"
        )
    if not settings.configured:
        settings.configure(USE_I18N=False, TEMPLATES=[])  # templatize asks for these, nothing else
        django.setup()
    if verb == "compile":
        compile_stale()
        return 0
    if verb == "update":
        for app in apps:
            print(f"{app}: {update(app)} texts")
        return 0
    wrong = [line for app in apps for line in missing(app)]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
