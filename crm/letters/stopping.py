"""Asking runs to end: after the message in hand, and not after all that they could still send."""

import mmap


class Stop:
    """ "Please end": one byte shared by the worker's main process and its forked children."""

    def __init__(self):
        self.byte = mmap.mmap(-1, 1)

    def set(self) -> None:
        """Asks the run, in whichever process, to stop after the letter at hand.

        Safe inside the handler of a signal.
        """
        self.byte[0] = 1

    def clear(self) -> None:
        """Lets runs go on.

        Called when a worker starts.
        """
        self.byte[0] = 0

    def __bool__(self):
        """Whether somebody has asked runs to end."""
        return self.byte[0] == 1


stop = Stop()
