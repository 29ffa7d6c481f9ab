"""Rows that an evaluation still has to count stay, whatever their term."""

from analytics.loop.settled import needed, waiting_in_words

STILL_NEEDED = [needed]
WAITING = [waiting_in_words]
