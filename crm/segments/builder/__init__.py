"""The rule of a segment as a tree of forms.

The builder works without scripts: every condition is a small form with its own prefix, every change
of the tree is a submit button, and the order of the ``node`` fields is the order on the page.
"""
