"""An evaluation report as a page for a meeting: four sentences, a verdict, then what they rest on.

For evaluations that conclude something, from 0.4 on; earlier ones keep their page of tables.
"""
