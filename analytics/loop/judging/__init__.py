"""What may be concluded from an evaluation's counts, in the order of docs/loop.md: was it recorded,
are the arms as drawn, what is the effect, what else differs beyond chance. Pure.
"""
