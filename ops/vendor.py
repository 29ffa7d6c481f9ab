"""Browser libraries, fetched once from the npm registry and kept in static/vendor with their
checksums.

``python -m ops.vendor`` fetches; with ``check`` it compares what is kept with vendor.json, without
network.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"
LIST = FOLDER / "vendor.json"
#: package, version, file inside the tarball, name we keep it under. Plotly equals the plotly.js
#: inside plotly.py 7.1.
PACKAGES = [
    ("htmx.org", "2.0.11", "package/dist/htmx.min.js", "htmx.min.js"),
    (
        "plotly.js-cartesian-dist-min",
        "4.1.1",
        "package/plotly-cartesian.min.js",
        "plotly-cartesian.min.js",
    ),
]
SOURCE_MAP = re.compile(rb"\n?//[#@] sourceMappingURL=\S+\s*$")


def fetch(package: str, version: str, member: str, name: str) -> dict:
    """Write one file and return its entry for the list.

    Raises CalledProcessError when npm cannot get the package.
    """
    with tempfile.TemporaryDirectory() as folder:
        packing = ["npm", "pack", f"{package}@{version}", "--silent", "--pack-destination", folder]
        packed = subprocess.run(packing, check=True, capture_output=True, text=True).stdout.strip()
        with tarfile.open(Path(folder) / packed) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
            content = SOURCE_MAP.sub(b"\n", archive.extractfile(member).read())
    (FOLDER / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return {
        "file": name,
        "package": package,
        "version": version,
        "licence": manifest["license"],
        "sha256": digest,
    }


def problems() -> list[str]:
    """Kept files that are missing, changed or not listed."""
    entries = {entry["file"]: entry for entry in json.loads(LIST.read_text())}
    found = {path.name for path in FOLDER.glob("*.js")}
    wrong = [f"{name}: not in vendor.json" for name in sorted(found - entries.keys())]
    for name, entry in entries.items():
        if name not in found:
            wrong.append(f"{name}: missing")
        elif hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != entry["sha256"]:
            wrong.append(f"{name}: checksum differs")
    return wrong


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        wrong = problems()
        print("\n".join(wrong) or "vendor: ok")
        return bool(wrong)
    FOLDER.mkdir(parents=True, exist_ok=True)
    entries = [fetch(*package) for package in PACKAGES]
    LIST.write_text(json.dumps(entries, indent=2) + "\n")
    print(
        "\n".join(f"{entry['file']} {entry['version']} {entry['sha256'][:12]}" for entry in entries)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
