"""How days and moments are written in English: 5 Mar 2026, 14:05, long or short.

Django's own would say "03/05/2026 2:05 p.m.", which half of the world reads as the third of May.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
