"""``make bench [ONLY=name]``: run the benchmarks in a database of their own and print one line per
figure.

A module ``bench_<what>.py`` has ``RUNS = {name: function}``; a function returns a dict (or a list
of them) with name, ratio, limit, ours, reference, unit, note, and ``at_least=True`` where a larger
ratio is the better one.
"""

import datetime
import os
import pkgutil
import platform
import sys
from importlib import import_module
from pathlib import Path

import psycopg2

from ops import local
from tests import servers

DATABASE = "huixiang_bench"
TABLE = Path(__file__).resolve().parent.parent.parent / "docs" / "benchmarks.md"
HEAD = """# Figures

Each figure is a ratio against a reference measured in the same run, taken in turns, median of 5 rounds.
Where the reference is a limit in seconds or the number of mails and readers, the ratio is against that.
Reproduce with `make bench` or `make bench ONLY=name`. Last written {day} on {cores} cores, {system}.

| name | ratio | limit | | ours | reference | unit | what was measured |
|---|---|---|---|---|---|---|---|
"""


#: Pages are measured as the page, not as the way to setting up a second factor.
os.environ.setdefault("STAFF_TOTP_REQUIRED", "off")


def own_database() -> None:
    """Point both addresses at a database that only benchmarks use, made when missing."""
    connection = psycopg2.connect(local.owner_address())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    os.environ.update(servers.addresses(DATABASE))


def found() -> dict:
    runs = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("bench_"):
            runs |= import_module(f"tests.bench.{module.name}").RUNS
    return runs


def is_ok(figure: dict) -> bool:
    ratio, limit = figure["ratio"], figure["limit"]
    met = ratio >= limit if figure.get("at_least") else ratio <= limit
    return met and figure.get("ok", True)


def show(figure: dict) -> None:
    verdict = "ok" if is_ok(figure) else "short"
    print(
        f"bench {figure['name']} ratio={figure['ratio']:.2f} limit={figure['limit']:g} {verdict}",
        flush=True,
    )
    print(f"      ours {figure['ours']:.6g} {figure['unit']}, reference {figure['reference']:.6g} {figure['unit']};"
          f" {figure.get('note', '')}", flush=True)  # fmt: skip


def row(figure: dict) -> str:
    sign, verdict = "≥" if figure.get("at_least") else "≤", "ok" if is_ok(figure) else "short"
    cells = [
        figure["name"],
        f"{figure['ratio']:.2f}",
        f"{sign} {figure['limit']:g}",
        verdict,
        f"{figure['ours']:.4g}",
    ]
    cells += [f"{figure['reference']:.4g}", figure["unit"], figure.get("note", "")]
    return f"| {' | '.join(cells)} |\n"


def write(figures: list[dict]) -> None:
    """Put the rows just measured into the table; rows of other names stay."""
    rows = {}
    if TABLE.exists():
        lines = [
            line for line in TABLE.read_text().splitlines(keepends=True) if line.startswith("| ")
        ]
        rows = {line.split("|")[1].strip(): line for line in lines[1:]}
    rows |= {figure["name"]: row(figure) for figure in figures}
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    head = HEAD.format(
        day=day, cores=os.cpu_count(), system=f"{platform.system()} {platform.machine()}"
    )
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(head + "".join(rows.values()))


def main(names: list[str]) -> int:
    import django  # noqa: PLC0415 - the database is chosen before the settings load
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    runs = found()
    if unknown := set(names) - runs.keys():
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(runs)}")
    figures = []
    for name in names or runs:
        result = runs[name]()
        for figure in result if isinstance(result, list) else [result]:
            show(figure)
            figures.append(figure)
            write([figure])
    return 0 if all(map(is_ok, figures)) else 1


if __name__ == "__main__":
    os.environ |= local.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    own_database()
    sys.exit(main(sys.argv[1:]))
