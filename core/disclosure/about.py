"""Counts of readers whom the viewer may not open: about how many, by a draw of their own keys.

Every reader has a key drawn once by chance. The keys of all readers counted are added up, and the
remainder of the sum is the noise: from −2 to 2, each as likely as the others. The number with its
noise is rounded to a ten. The same readers have the same sum, so they have the same count however
the question is worded, and asking again tells nothing new; other readers have another draw.

What is below twenty is not told, zero included: a rule may be about one person, and "0" would be
an answer about them.

Pure; the keys are added up by the statement that counts.
"""

from core.disclosure import count

#: A reader's key is one of so many numbers, each as likely as the others.
KEYS = 10_000
#: The noise goes so far up and down. KEYS is a multiple of the number of its values.
MOST_NOISE = 2


def step() -> int:
    """What a count is rounded to: 10.

    Twice SMALLEST_CELL, which is 5.
    """
    return 2 * count.SMALLEST_CELL


def least_told() -> int:
    """The smallest count that is told: 20.

    Zero lies below it as well: it would be an answer about one person.
    """
    return 2 * step()


def noise_of(keys: int) -> int:
    """The noise of readers whose keys add up to ``keys``: −2 … 2."""
    values = 2 * MOST_NOISE + 1
    return keys % values - MOST_NOISE


def about(n: int, keys: int) -> int | None:
    """``n`` readers as they are told, a multiple of ten; None where they are too few."""
    with_noise = n + noise_of(keys)
    # Halves go up: Python's own rounding would send 15 and 25 both to 20.
    told = (with_noise + step() // 2) // step() * step()
    if told < least_told():
        return None
    return told


def in_tens(n: int) -> int | None:
    """``n`` persons to the nearest ten, without a draw; None for fewer than ten.

    For the cells of a table of two questions, whose sums are told exactly elsewhere: a draw would
    be given away by them.
    """
    return rounded_to(step(), n)


def count_in_tens(n: int | None) -> count.Count:
    """``n`` persons as ``in_tens`` rounds them; nobody is told as 0, and None as not measured.

    Withheld for fewer than ten.
    """
    if not n:
        return count.Count.of(n)
    return count.RoundedCount.told(in_tens(n))


def rounded_to(width: int, n: int) -> int | None:
    """``n`` persons to the nearest multiple of ``width``, halves up; None for fewer than that.

    ``n`` itself where it is such a multiple.
    """
    if n < width:
        return None
    return (n + width // 2) // width * width
