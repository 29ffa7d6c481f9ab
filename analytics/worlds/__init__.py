"""Worlds whose answers are known, to see what the loop makes of them.

A world makes up what readers do, hands the loop's pure functions what they would be handed by a
library, and compares what they say with what is true. Nothing here reads a database.
"""
