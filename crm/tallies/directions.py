"""What files call coming in and going out, those of counts and those of persons alike. Pure."""

from crm.imports.fields import words

#: What a direction is; who goes has been counted when he came.
COMES, GOES, BOTH = "in", "out", "both"
#: Words for it, separated by blanks.
COMING = "in entry enter entrance entering 1 进 进馆 入 入馆 进入"
GOING = "out exit leave leaving 0 2 出 出馆 离馆 离开"
DIRECTIONS = words({COMES: COMING, GOES: GOING, BOTH: "inout in/out total 双向 进出"})


def way_of(cell: str) -> str:
    """COMES, GOES or BOTH by the words in DIRECTIONS, in any case; empty for another word."""
    return DIRECTIONS.get(cell.strip().casefold(), "")
