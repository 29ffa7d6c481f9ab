"""Promised against observed: which promises can be checked at all, how many of them held, and by
how much promises of a kind are widened or narrowed. Pure but for ``gathering`` and ``refused``.
"""
