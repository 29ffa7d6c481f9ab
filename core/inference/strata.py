"""Strata of an experiment: both arms of each, and what the history explains within them."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from functools import reduce
from operator import add, attrgetter

from core.inference.moments import NOBODY, Moments

#: Persons that an arm of a stratum needs for a variance of its own.
VARIES_FROM = 2


@dataclass(frozen=True)
class Stratum:
    """Both arms of one stratum."""

    treated: Moments
    control: Moments

    def __add__(self, other: "Stratum") -> "Stratum":
        """Two strata as one, arm by arm."""
        return Stratum(self.treated + other.treated, self.control + other.control)

    @property
    def merged(self) -> Moments:
        """The persons of both arms."""
        return self.treated + self.control

    @property
    def smaller(self) -> int:
        """Persons of the smaller arm."""
        return min(self.treated.n, self.control.n)

    @property
    def is_thin(self) -> bool:
        """Whether an arm has too few persons for a variance of its own."""
        return self.smaller < VARIES_FROM

    @property
    def order(self) -> tuple:
        """By what strata are put in order: persons, then sums, never a name, nor which arm is
        which.
        """
        arms = sorted([astuple(self.treated), astuple(self.control)])
        # Sums of floats depend on their order: with one of its own an evaluation stays the same
        # when a stratum gets another name.
        return self.merged.n, astuple(self.merged), arms


#: A stratum without anybody: what is added to it stays what it is.
EMPTY = Stratum(NOBODY, NOBODY)


def strata_of(treated: Mapping[str, Moments], control: Mapping[str, Moments]) -> list[Stratum]:
    """The strata, each arm of each with at least two persons.

    Thin strata become one; where that is still thin it joins the smallest of the others, so that
    nobody is left out. Names of strata play no part, nor does their order.
    """
    whole, thin = [], EMPTY
    for stratum in in_order(treated, control):
        if stratum.is_thin:
            thin += stratum
        else:
            whole.append(stratum)

    if not thin.merged.n:
        return whole
    if thin.is_thin:
        # Without any other stratum it stays as it is, and little can be said.
        # The smallest, so that as few as possible are compared with readers unlike them.
        thin = reduce(add, whole[:1], thin)
        return [*whole[1:], thin]
    return [*whole, thin]


def in_order(treated: Mapping[str, Moments], control: Mapping[str, Moments]) -> list[Stratum]:
    """The strata of both arms, the smallest first."""
    names = treated.keys() | control.keys()
    strata = [Stratum(treated.get(name, NOBODY), control.get(name, NOBODY)) for name in names]
    return sorted(strata, key=attrgetter("order"))


def history_of(strata: Sequence[Stratum]) -> tuple[Fraction, float | None]:
    """(theta, R²): what one unit of history adds to the outcome, and how much it explains.

    0 and None where the history is the same for everybody of a stratum.
    """
    history, outcome, products = Fraction(0), Fraction(0), Fraction(0)
    for stratum in strata:
        merged = stratum.merged
        history += merged.squares_x
        outcome += merged.squares_y
        products += merged.products
    if not history:
        return Fraction(0), None

    # The exact quotient has hundreds of digits, which every later product would carry along.
    theta = Fraction(float(products / history))
    if not outcome:
        return theta, None
    # Sums of floats allow slightly more than all of it.
    return theta, min(float(products**2 / (history * outcome)), 1.0)
