"""From frozen inputs to the figures of an evaluation.

Nothing is imported here: templates read the shapes of results, and must not wait for scipy.
"""
