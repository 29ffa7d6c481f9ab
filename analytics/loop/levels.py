"""Level and smallest n of the figures of an evaluation, as ADR 0011 fixed them for 0.1.

Stored evaluations are recomputed to the figures they were stored with, so these stay as they are
for the formula of 0.1, whatever the rest of the portal shows (core/estimates.py).
"""

LEVEL = 0.90
LEAST = 30
