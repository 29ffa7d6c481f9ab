"""What an evaluation says: one Finding per subject, with interval, n and the rows behind it. Pure.

A figure that rests on too few rows, or would betray one to four persons, is a finding without a
value: "cannot say".
"""

from collections.abc import Iterator

from analytics.loop.models import Evaluation, Finding

Kind = Finding.Kind


def find(evaluation: Evaluation) -> list[Finding]:
    """Unsaved findings of ``evaluation.results``, in the order a report shows them."""
    results = evaluation.results
    parts = (_lift, _channels, _segments, _other_segments, _hours, _standards, _surveys, _costs)
    found = [finding for part in parts for finding in part(results)]
    for finding in found:
        finding.evaluation = evaluation
        finding.rows = {"campaign": evaluation.campaign_id, **finding.rows}
    return found


def _finding(
    kind: str, subject: str, figure: dict, *, unit: str, label: dict | None = None, **rows
) -> Finding:
    return Finding(
        kind=kind,
        subject=subject,
        label=label or {},
        value=figure["value"],
        low=figure.get("low"),
        high=figure.get("high"),
        n=figure["n"] or 0,
        unit=unit,
        rows=rows,
    )


def _lift(results: dict) -> Iterator[Finding]:
    yield _finding(Kind.LIFT, "lift", results["lift"], unit="points", state="holdout")


def _channels(results: dict) -> Iterator[Finding]:
    for row in results["channels"]:
        figure = (
            row["per_effort"] if row["responses"] is not None else {"value": None, "n": row["sent"]}
        )
        yield _finding(
            Kind.CHANNEL,
            f"channel:{row['channel']}",
            figure,
            unit=f"per_{results['basis']}",
            label=row["name"],
            channel=row["channel"],
        )


def _segments(results: dict) -> Iterator[Finding]:
    for row in results["segments"]:
        yield from _segment(row)


def _other_segments(results: dict) -> Iterator[Finding]:
    """Only those of which something can be said: nobody asked about the others."""
    for row in results["other_segments"]:
        if row["difference"]["value"] is not None:
            yield from _segment(row)


def _segment(row: dict) -> Iterator[Finding]:
    label = {"zh-hans": row["name"], "en": row["name"]}
    subject = f"segment:{row['segment']}"
    yield _finding(
        Kind.SEGMENT, subject, row["response"], unit="share", label=label, segment=row["segment"]
    )
    yield _finding(
        Kind.SEGMENT,
        f"gap:{subject}",
        row["difference"],
        unit="points",
        label=label,
        segment=row["segment"],
    )


def _hours(results: dict) -> Iterator[Finding]:
    for row in results["hours"]:
        yield _finding(
            Kind.TIMING, f"hour:{row['hour']}", row["response"], unit="share", hour=row["hour"]
        )
        if row["difference"]:
            yield _finding(
                Kind.TIMING,
                f"gap:hour:{row['hour']}",
                row["difference"],
                unit="points",
                hour=row["hour"],
            )


def _standards(results: dict) -> Iterator[Finding]:
    for row in results["standards"]:
        yield _finding(Kind.STANDARD, f"standard:{row['metric']}", row, unit=row["metric"])


def _surveys(results: dict) -> Iterator[Finding]:
    for survey in results["surveys"]:
        for measure in ("satisfaction", "nps"):
            if survey.get(measure):
                yield _finding(
                    Kind.SURVEY,
                    f"survey:{survey['survey']}:{measure}",
                    survey[measure],
                    unit=measure,
                    label=survey["title"],
                    survey=survey["survey"],
                )


def _costs(results: dict) -> Iterator[Finding]:
    yield _finding(
        Kind.COST, "per_response", results["costs"]["per_response"], unit="cost_per_response"
    )
