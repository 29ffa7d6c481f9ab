"""Browser libraries, taken once from the npm registry and kept in the repository.

Their versions stand in package.json and nowhere else; package-lock.json says what their archives
must hash to. ``python -m ops.vendor`` fetches the archives and takes one file out of each;
``python -m ops.vendor check`` compares, without network, what is kept with what was taken. Nothing
of npm is needed to run the portal.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
FOLDER = BASE_DIR / "static" / "vendor"
TEST_FOLDER = BASE_DIR / "tests" / "vendor"
#: In each folder, what was taken from which archive.
LIST = "vendor.json"
SOURCE_MAP = re.compile(rb"\n?//[#@] sourceMappingURL=\S+\s*$")


@dataclass(frozen=True)
class Library:
    """The one file ``member`` of an npm package that is kept as ``file`` in ``folder``."""

    package: str
    member: str
    folder: Path
    file: str


LIBRARIES = (
    Library("htmx.org", "dist/htmx.min.js", FOLDER, "htmx.min.js"),
    # Its version is that of the plotly.js inside the pinned plotly.py: both read the same figures.
    Library(
        "plotly.js-cartesian-dist-min",
        "plotly-cartesian.min.js",
        FOLDER,
        "plotly-cartesian.min.js",
    ),
    Library("axe-core", "axe.min.js", TEST_FOLDER, "axe.min.js"),
)


#: Packages that ``make lint`` runs out of node_modules; no file of theirs is kept.
TOOLS = {"@biomejs/biome"}


@dataclass(frozen=True)
class Taken:
    """One kept file: the archive it came out of, by npm's integrity, and its own SHA-256."""

    file: str
    package: str
    integrity: str
    sha256: str


def versions() -> dict[str, str]:
    """{package: exact version} of package.json."""
    manifest = json.loads((BASE_DIR / "package.json").read_text())
    return manifest["dependencies"] | manifest["devDependencies"]


def locked() -> dict[str, dict]:
    """{package: its entry in package-lock.json, with ``version`` and ``integrity``}.

    Names without ``node_modules/``; OSError where the file is missing.
    """
    packages = json.loads((BASE_DIR / "package-lock.json").read_text())["packages"]
    entries = {}
    for path, entry in packages.items():
        # The entry without a path is the project itself.
        if path:
            entries[path.removeprefix("node_modules/")] = entry
    return entries


def integrity_of(archive: Path) -> str:
    """The hash of a file as npm writes it."""
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def fetch(library: Library) -> Taken:
    """Keep the library's file.

    Raises CalledProcessError when npm cannot get the package, ValueError for an archive that is
    not the locked one.
    """
    # What the lock says is compared here, since npm pack does not read it.
    wanted = locked()[library.package]["integrity"]
    asked = f"{library.package}@{versions()[library.package]}"
    with tempfile.TemporaryDirectory() as folder:
        packing = ["npm", "pack", asked, "--silent", "--pack-destination", folder]
        done = subprocess.run(packing, check=True, capture_output=True, text=True)
        archive = Path(folder) / done.stdout.strip()
        if integrity_of(archive) != wanted:
            raise ValueError(f"{asked} is not what package-lock.json says")
        with tarfile.open(archive) as files:
            content = files.extractfile(f"package/{library.member}").read()
    # A source map would be asked for by every open developer console, and is not kept.
    content = SOURCE_MAP.sub(b"\n", content)
    library.folder.mkdir(parents=True, exist_ok=True)
    (library.folder / library.file).write_bytes(content)
    return Taken(library.file, library.package, wanted, hashlib.sha256(content).hexdigest())


def fetch_all() -> None:
    """Fetch every library and write the list of each folder anew.

    Prints a line for each. What was fetched before one that failed lies in its folder already.
    """
    for folder in (FOLDER, TEST_FOLDER):
        taken = []
        for library in LIBRARIES:
            if library.folder != folder:
                continue
            taken.append(fetch(library))
            print(f"{library.file} {versions()[library.package]}", flush=True)
        entries = list(map(asdict, taken))
        (folder / LIST).write_text(json.dumps(entries, indent=2) + "\n")


def problems() -> list[str]:
    """What does not fit: versions and lock, kept files and their lists. Empty when all agree.

    One sentence for each; nothing is fetched.
    """
    wrong = []
    for package, version in versions().items():
        if locked().get(package, {}).get("version") != version:
            wrong.append(f"{package}: package-lock.json has another version than package.json")
    for folder in (FOLDER, TEST_FOLDER):
        wrong += problems_in(folder)
    return wrong


def problems_in(folder: Path) -> list[str]:
    """Kept files of one folder that are missing, changed, outdated or not listed.

    First files that no list names, then those that differ from their list.
    """
    unlisted = {path.name for path in folder.glob("*.js")}
    changed = []
    for entry in json.loads((folder / LIST).read_text()):
        taken = Taken(**entry)
        unlisted.discard(taken.file)
        said = problem_with(taken, folder / taken.file)
        if said:
            changed.append(f"{taken.file}: {said}")

    not_listed = [f"{name}: not in {LIST}" for name in sorted(unlisted)]
    return not_listed + changed


def problem_with(taken: Taken, path: Path) -> str:
    """What is wrong with one kept file; "" when nothing is.

    In this order: missing, changed by hand, or of another version than the locked one.
    """
    if not path.exists():
        return "missing"
    if hashlib.sha256(path.read_bytes()).hexdigest() != taken.sha256:
        return "checksum differs"
    entry = locked().get(taken.package, {})
    if entry.get("integrity") != taken.integrity:
        return "not from the locked version; make vendor fetches it"
    return ""


def main(arguments: list[str]) -> int:
    """``check`` says what does not fit and gives 1 for it; anything else fetches all libraries."""
    if arguments == ["check"]:
        wrong = problems()
        print("\n".join(wrong) or "vendor: ok")
        return bool(wrong)
    fetch_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
