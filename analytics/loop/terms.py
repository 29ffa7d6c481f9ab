"""Rows that an evaluation still has to count stay, whatever their term."""

from analytics.loop.settled import needed

STILL_NEEDED = [needed]
