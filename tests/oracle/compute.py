"""``make oracle``: tables of what other people's packages compute, for the tests to compare with.

Runs in an environment of its own (requirements-oracle.txt) and imports nothing of the portal. Rows
of persons are drawn with fixed seeds; a table holds their sums and the packages' answers.
"""

import csv
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import tea_tasting as tt
import ville
from tea_tasting.experiment import ExperimentResult

FOLDER = Path(__file__).parent
PACKAGES = ("tea-tasting", "ville", "numpy", "scipy", "pandas")
#: Readers treated, readers held out, what the outcome is, and the level of its interval.
EXPERIMENTS = (
    (4500, 500, "loans", 0.95),
    (300, 100, "loans", 0.9),
    (4000, 1000, "visit", 0.95),
    (60, 30, "visit", 0.95),
    (900, 100, "spend", 0.95),
    (20, 20, "spend", 0.99),
    (2000, 500, "no history", 0.95),
    (2000, 500, "change", 0.95),
)
#: Readers drawn and kept, treated before held out.
LOSSES = ((4500, 500, 4400, 490), (4500, 500, 4490, 440), (1000, 1000, 990, 950))
#: Levels, the best place and the rows at which a sequence is read.
SEQUENCES = ((0.95, 500), (0.9, 2000))
READ_AT = (100, 250, 500, 2000, 10_000)
#: The planned share of the first arm, what it really is, and the weight of the prior.
ARMS = ((0.9, 0.9, 100), (0.9, 0.87, 100), (0.5, 0.53, 1000))


def rows_of(treated: int, held: int, kind: str, seed: int) -> pd.DataFrame:
    """One row a reader: variant (1 is treated), history x and outcome y."""
    rng = np.random.default_rng(seed)
    variant = np.repeat([1, 0], [treated, held])
    habit = rng.gamma(1.5, 1.0, treated + held)
    x = rng.poisson(2 * habit)
    if kind == "loans":
        y = rng.poisson(2 * habit + 0.2 * variant)
    elif kind == "visit":
        x = (rng.random(len(habit)) < 0.1 + 0.15 * habit / (1 + habit)).astype(int)
        y = (rng.random(len(habit)) < 0.1 + 0.4 * x + 0.03 * variant).astype(int)
    elif kind == "spend":
        x = np.round(rng.lognormal(1, 1, len(habit)) * (habit > 1), 2)
        y = np.round(0.6 * x + rng.lognormal(0.5, 0.8, len(habit)) + 0.3 * variant, 2)
    elif kind == "no history":
        x = np.zeros(len(habit), dtype=int)
        y = rng.poisson(habit + 0.1 * variant)
    else:
        y = rng.poisson(2 * habit) - x + variant
    return pd.DataFrame({"variant": variant, "x": x, "y": y})


def sums_of(rows: pd.DataFrame) -> list[str]:
    """n, Σy, Σy², Σx, Σx² and Σxy, written so that reading gives the same number."""
    y, x = rows["y"], rows["x"]
    sums = len(rows), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum()
    return [repr(value.item() if hasattr(value, "item") else value) for value in sums]


def means() -> Iterator[list]:
    """Welch's difference and the one after CUPED, by tea-tasting."""
    names = ["n", "y", "yy", "x", "xx", "xy"]
    yield ["kind", "level", *[f"{arm}_{name}" for arm in ("t", "c") for name in names]] + [
        f"{method}_{figure}"
        for method in ("welch", "cuped")
        for figure in ("value", "low", "high", "p")
    ]
    for seed, (treated, held, kind, level) in enumerate(EXPERIMENTS):
        rows = rows_of(treated, held, kind, seed)
        given = {"confidence_level": level, "use_t": True, "equal_var": False}
        experiment = tt.Experiment(
            welch=tt.Mean("y", **given), cuped=tt.Mean("y", covariate="x", **given)
        )
        found = experiment.analyze(rows, control=0)
        line = [kind, level]
        line += sums_of(rows[rows["variant"] == 1]) + sums_of(rows[rows["variant"] == 0])
        for method in ("welch", "cuped"):
            result = found[method]
            line += [result.effect_size, result.effect_size_ci_lower]
            line += [result.effect_size_ci_upper, result.pvalue]
        yield line


def losses() -> Iterator[list]:
    """p of tea-tasting's sample ratio, drawn readers as the planned ratio."""
    yield ["drawn_t", "drawn_c", "kept_t", "kept_c", "p"]
    for drawn_t, drawn_c, kept_t, kept_c in LOSSES:
        rows = pd.DataFrame({"variant": np.repeat([1, 0], [kept_t, kept_c])})
        ratio = tt.SampleRatio(drawn_t / drawn_c, method="norm", correction=False)
        found = tt.Experiment(ratio=ratio).analyze(rows, control=0)
        yield [drawn_t, drawn_c, kept_t, kept_c, found["ratio"].pvalue]


def discoveries() -> Iterator[list]:
    """Adjusted p-values and decisions of Benjamini and Hochberg, by tea-tasting."""
    yield ["report", "p", "adjusted", "found"]
    for report in range(4):
        rng = np.random.default_rng(report)
        ps = np.concatenate([rng.uniform(0, 1, 15 + report), rng.uniform(0, 0.01, 3 * report)])
        given = {str(i): ExperimentResult({"gap": {"pvalue": p}}) for i, p in enumerate(ps)}
        for row in tt.adjust_fdr(given, alpha=0.05).to_dicts():
            yield [report, row["pvalue"], row["pvalue_adj"], row["null_rejected"]]


def sequences() -> Iterator[list]:
    """Asymptotic confidence sequences of ville."""
    yield ["level", "best_at", "n", "spread", "low", "high"]
    rows = np.random.default_rng(7).exponential(1.0, max(READ_AT))
    for level, best_at in SEQUENCES:
        sequence = ville.AsymptoticCS(alpha=1 - level, t_opt=best_at).fit(rows)
        for n in READ_AT:
            low, high = sequence.lower_[n - 1], sequence.upper_[n - 1]
            yield [level, best_at, n, rows[:n].std(ddof=1), low, high]


def arms() -> Iterator[list]:
    """Evidence against the planned share of two arms, by ville's beta-binomial e-process."""
    yield ["planned", "weight", "first", "second", "log_evidence", "p"]
    for planned, true, weight in ARMS:
        rows = (np.random.default_rng(11).random(max(READ_AT)) < true).astype(float)
        prior = weight * planned, weight * (1 - planned)
        process = ville.BernoulliTest(planned, prior=prior).fit(rows)
        for n in READ_AT:
            first = int(rows[:n].sum())
            evidence, p = process.log_e_values_[n - 1], process.p_values_[n - 1]
            yield [planned, weight, first, n - first, evidence, p]


def write(name: str, lines: Iterator[list]) -> None:
    """One table; its head says by what it was made."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    with (FOLDER / f"{name}.csv").open("w", newline="") as file:
        file.write(f"# make oracle: {versions}, Python {sys.version.split()[0]}\n")
        plain = [[getattr(cell, "item", lambda cell=cell: cell)() for cell in x] for x in lines]
        csv.writer(file, lineterminator="\n").writerows(plain)


def main() -> None:
    for table in (means, losses, discoveries, sequences, arms):
        write(table.__name__, table())


if __name__ == "__main__":
    main()
