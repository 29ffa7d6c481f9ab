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
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("core", "crm", "campaigns", "feedback", "analytics", "demo")
ROOT = "config"
#: Texts of packages in our way of speaking; ``ops/borrowing.py`` writes them.
BORROWED = "borrowed"
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
    """Where the catalogues of one app lie, those of ``config`` at the root.

    Not made here. What is borrowed of other packages has a folder of its own.
    """
    if app == BORROWED:
        return BASE_DIR / "locale" / BORROWED / LOCALE / "LC_MESSAGES"
    owner = BASE_DIR / app
    if app == ROOT:
        owner = BASE_DIR
    return owner / "locale" / LOCALE / "LC_MESSAGES"


def python_files(app: str) -> Iterator[Path]:
    """The app's code; a migration says nothing to anybody.

    In the order of their paths, those of folders below it too.
    """
    for path in sorted((BASE_DIR / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def template_files(app: str) -> Iterator[Path]:
    """The app's templates; those in no app's folder belong to ``config``.

    By the first folder under ``templates``; ``.html`` and ``.txt``, in the order of their paths.
    """
    folder = BASE_DIR / "templates"
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
        owner = path.relative_to(folder).parts[0]
        if owner not in APPS:
            owner = ROOT
        if owner == app:
            yield path


def keywords(source: str = "") -> dict:
    """Babel's keyword table.

    Django's functions, and whatever ``import … as`` calls them in ``source``. {name: places of its
    arguments}, as Babel's extractors take it; ``source`` is the text of one file.
    """
    table = {"_": None, "gettext_noop": None}
    for name, arguments in ARGUMENTS.items():
        table |= {name: arguments, f"{name}_lazy": arguments}
    for alias in translations_imported(source):
        if alias.asname:
            table[alias.asname] = table.get(alias.name)
    return table


def translations_imported(source: str) -> Iterator[ast.alias]:
    """What a file imports of Django's translation, wherever in it the import stands.

    SyntaxError for a text that is no Python.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.module == "django.utils.translation":
            yield from node.names


def strings_in(path: Path) -> Iterator[tuple]:
    """(line, message or tuple of messages, comments, context) for each translatable text of a
    file.
    """
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        table = keywords(source)
    else:
        table = keywords()
        # Brackets keep Python's tokenizer from minding the indentation of HTML.
        source = f"({templatize(source, origin=str(path))})"
    file = io.BytesIO(source.encode())
    return extract("python", file, keywords=table, comment_tags=("Translators",))


def template_of(app: str) -> Catalog:
    """All texts of one app, untranslated.

    A text that stands in several places has all their files, and is in the catalogue once.
    """
    catalog = Catalog()
    for path in (*python_files(app), *template_files(app)):
        name = str(path.relative_to(BASE_DIR))
        for _line, message, comments, context in strings_in(path):
            catalog.add(message, None, [(name, None)], auto_comments=comments, context=context)
    return catalog


def read(app: str) -> Catalog:
    """The stored catalogue; an empty one where there is none yet."""
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
    # A translation guessed from a similar text reads right and says something else: none is.
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
    """The head of a .po file, written by hand: Babel's own holds the time of day."""
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


def is_translated(message: Message | None) -> bool:
    """True where every form (a plural may have several) has a text.

    False for none, and for a translation that was guessed (fuzzy).
    """
    if message is None or message.fuzzy:
        return False
    forms = message.string
    if isinstance(forms, str):
        forms = [forms]
    return bool(forms) and all(forms)


def missing(app: str) -> list[str]:
    """Texts of the sources without a translation, and translations whose placeholders differ from
    the text's.

    One line for each, to be printed; empty where all is well.
    """
    catalog = read(app)
    wrong = []
    for message in template_of(app):
        # The catalogue's own header is the message without a text.
        if not message.id:
            continue
        if not is_translated(catalog.get(message.id, message.context)):
            first_file = message.locations[0][0]
            wrong.append(f"{app}: {message.id!r} is not translated ({first_file})")

    # Babel's own checks: the same placeholders in both, as many forms as the language has.
    for message, errors in catalog.check():
        for error in errors:
            wrong.append(f"{app}: {message.id!r}: {error}")
    return wrong


def compile_one(app: str) -> None:
    """Write the .mo file that Django reads."""
    packed = io.BytesIO()
    write_mo(packed, read(app))
    target = folder_of(app) / "django.mo"
    # Two test workers may compile at once: each writes its own file and renames it.
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(packed.getvalue())
    draft.replace(target)


def is_stale(app: str) -> bool:
    """True when a catalogue is newer than what was compiled from it, or never was compiled.

    By the times of the two files. False where there is no catalogue to compile.
    """
    source = folder_of(app) / "django.po"
    target = folder_of(app) / "django.mo"
    if not source.exists():
        return False
    if not target.exists():
        return True
    # As new counts as older: some file systems know no part of a second.
    return target.stat().st_mtime <= source.stat().st_mtime


def compile_stale() -> list[str]:
    """Compile the catalogues that changed. Returns the apps concerned.

    In a fixed order; empty where nothing had changed.
    """
    stale = list(filter(is_stale, (ROOT, BORROWED, *APPS)))
    for app in stale:
        compile_one(app)
    return stale


def update_all(apps: list[str]) -> int:
    """Reads the sources of each app anew; 0, the exit code, says that it worked.

    Prints how many texts each app has.
    """
    for app in apps:
        print(f"{app}: {update(app)} texts")
    return 0


def compile_all(_apps: list[str]) -> int:
    """Compiles what is older than its source; 0, the exit code, says that it worked."""
    compile_stale()
    return 0


def print_missing(apps: list[str]) -> int:
    """1 when something lacks, for make and the build machine."""
    wrong = []
    for app in apps:
        wrong += missing(app)
    print("\n".join(wrong))
    return int(bool(wrong))


VERBS = {"update": update_all, "compile": compile_all, "missing": print_missing}


def main(arguments: list[str]) -> int:
    """Do what the first argument says and return the exit code; without apps, for all of them."""
    verb, *apps = arguments or [""]
    are_known = set(apps) <= {ROOT, *APPS}
    if verb not in VERBS or not are_known:
        sys.exit(
            "usage: python -m ops.messages update [APP…] | compile | missing [APP…]"
            f"   (apps: {ROOT}, {APPS})"
        )
    if not settings.configured:
        settings.configure(USE_I18N=False, TEMPLATES=[])  # templatize asks for these, nothing else
        django.setup()
    return VERBS[verb](apps or [ROOT, *APPS])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
