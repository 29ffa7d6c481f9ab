"""Segments of the synthetic library."""

from dataclasses import dataclass

from crm.segments.models import Segment
from crm.staff.models import User

#: Whoever borrows a lot; the readers' behaviour knows this segment too.
KEEN_SEGMENT = "近90天借阅3次以上"


@dataclass(frozen=True)
class SeededSegment:
    """A segment whose members pass all ``tests``."""

    name: str
    description: str
    tests: tuple[dict, ...]

    @property
    def rule(self) -> dict:
        """The rule as segments store it: all tests must hold."""
        return {"op": "and", "of": list(self.tests)}


def kinds(*values: str) -> dict:
    """A test of segments: the reader is of one of these kinds."""
    return {"test": "kind", "in": list(values)}


def campus(code: str) -> dict:
    """A test of segments: the reader belongs to this campus."""
    return {"test": "campus", "in": [code]}


SEGMENTS = (
    SeededSegment("本科生", "四个校区的在读本科生。", (kinds("undergraduate"),)),
    SeededSegment("研究生", "硕士生与博士生。", (kinds("master", "doctoral"),)),
    SeededSegment("教师", "全体教师。", (kinds("teacher"),)),
    SeededSegment("校友", "毕业后仍保留读者证的校友。", (kinds("alumnus"),)),
    SeededSegment("北苑校区教师", "北苑校区的教师。", (kinds("teacher"), campus("beiyuan"))),
    SeededSegment(
        KEEN_SEGMENT,
        "最近仍在借书的读者。",
        ({"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 90},),
    ),
    SeededSegment(
        "东湖校区可邮件联系",
        "东湖校区同意接收邮件的读者。",
        (campus("donghu"), {"test": "consent", "channel": "email", "is": "reachable"}),
    ),
)


def seed_segments(by: User) -> None:
    """The segments that the campaigns address."""
    for segment in SEGMENTS:
        Segment.objects.get_or_create(
            name=segment.name,
            defaults={
                "description": segment.description,
                "rule": segment.rule,
                "created_by": by,
            },
        )
