"""Subjects as texts: ``channel:email``, ``gap:segment:12``, ``survey:3:nps``, ``lift``."""

from analytics.loop.subjects import Subject, SubjectKind


def subject_to_text(subject: Subject) -> str:
    """ "channel:email", "gap:segment:12": the kind, then what names it.

    Keys are codes, numbers and metrics: none of them holds a colon.
    """
    if subject.kind == SubjectKind.GAP:
        return f"{subject.kind}:{subject_to_text(subject.inner)}"
    parts = [subject.kind, subject.key, subject.measure]
    return ":".join(filter(None, parts))


def subject_from_text(text: str) -> Subject:
    """The subject that ``subject_to_text`` wrote. Raises ValueError for a kind nobody knows."""
    kind, _separator, rest = text.partition(":")
    if kind == SubjectKind.GAP:
        return Subject.gap(subject_from_text(rest))
    key, _separator, measure = rest.partition(":")
    return Subject(SubjectKind(kind), key, measure)
