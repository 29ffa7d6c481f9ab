"""The statistics of experiments: pure functions of aggregates, never of rows of persons.

Intervals of one share, one mean or one difference stand in ``core.estimates`` and are used here.
"""
