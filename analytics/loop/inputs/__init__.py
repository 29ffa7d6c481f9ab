"""What an evaluation rests on: which time counts, what was counted in it, what had been planned."""

from analytics.loop.inputs.freezing import freeze
from analytics.loop.inputs.window import NothingToEvaluate, Window, end_of, window_of

__all__ = ["NothingToEvaluate", "Window", "end_of", "freeze", "window_of"]
