"""At which level intervals are shown, and by how many rows, in the whole portal.

Apart from ``core.estimates``, which computes with scipy: what names a figure need not load it.
"""

#: Two-sided level of the interval of what was measured.
ESTIMATE_LEVEL = 0.95
#: Two-sided level of the interval of what is foretold.
PREDICTION_LEVEL = 0.90
#: From this many rows on a share, a difference or a mean is shown.
SHOWN_FROM = 5
#: From this many rows on it may be judged or acted on (this library's own setting, ADR 0011).
JUDGED_FROM = 30
