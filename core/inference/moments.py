"""Sums over the persons of an arm, and the means and variances that they hold.

All arithmetic on the sums is exact (``Fraction``), so that no digit is lost where ten million
persons have large amounts that differ little. Sums of whole numbers and of ``Decimal`` are exact
from the beginning. Sums of floats hold what rounding left of them; ``Moments.of_centred`` takes
deviations that a database has summed around the mean instead (``regr_sxx`` of PostgreSQL).
"""

from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral

from core.inference.requiring import require

#: Distance of floats around 1.
EPSILON = 2**-52


def exact(value: float | Decimal | Fraction) -> Fraction:
    """The number itself without any rounding; numpy's numbers too. ValueError where it is not
    finite, TypeError where it is no number.
    """
    return Fraction(plain(value))


def plain(value: float | Decimal | Fraction) -> int | float | Fraction:
    """The number as int, float or Fraction.

    ValueError where it is not finite, TypeError where it is no number.
    """
    require(isfinite(value), f"a sum is not finite: {value}")
    # numpy's whole numbers wrap around where they grow too large; Python's do not.
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Decimal | Fraction):
        return Fraction(value)
    return float(value)


def plus(first: float | Fraction, second: float | Fraction) -> int | float | Fraction:
    """The sum; exact as soon as one of both is a Fraction. Two whole numbers give a whole number,
    two floats a float with their rounding.
    """
    if isinstance(first, Fraction) or isinstance(second, Fraction):
        return exact(first) + exact(second)
    return first + second


def centred(
    product: float | Fraction, first: float | Fraction, second: float | Fraction, n: int
) -> Fraction:
    """Sum of products of deviations from the means, from the raw sums; a Fraction.

    ``product`` is Σab, ``first`` Σa, ``second`` Σb. What rounding of floats may have left of a
    zero is a zero.
    """
    deviations = exact(product) - exact(first) * exact(second) / n
    # A sum of squares that is 1e-9 instead of 0 would make a difference certain: no spread must be
    # seen as none.
    is_rounded = isinstance(product, float) or isinstance(first, float)
    if is_rounded and abs(deviations) <= rounding(n) * abs(exact(product)):
        return Fraction(0)
    return deviations


def rounding(n: int) -> Fraction:
    """What rounding may leave of a zero when ``n`` floats are added one by one.

    As a part of the sum of their absolute values.
    """
    return Fraction(4 * EPSILON) * (n + 4)


@dataclass(frozen=True)
class Moments:
    """Sums over the ``n`` persons of one arm in one stratum.

    ``y`` is Σ of the outcome in the window (0/1 or an amount, which may be negative), ``yy`` Σ of
    its squares, ``x`` and ``xx`` the same of the same thing over the 90 days before, ``xy`` Σ of
    the products. ValueError for sums that are not finite or that no rows can have.
    """

    n: int
    y: float
    yy: float
    x: float = 0
    xx: float = 0
    xy: float = 0

    def __post_init__(self):
        """Every number becomes an int, a float or a Fraction; then all are held against each
        other.
        """
        for field in fields(self):
            # Frozen for everybody but itself: whatever numbers it was given, it holds exact ones.
            object.__setattr__(self, field.name, plain(getattr(self, field.name)))
        is_number = isinstance(self.n, int) and self.n >= 0
        require(is_number, f"a number of persons is a whole number from 0 on: {self.n}")
        if self.n:
            self._check_squares()
        else:
            require(not any(astuple(self)), "nobody has sums")

    def _check_squares(self) -> None:
        """ValueError for squares that the means forbid, or products that the squares forbid."""
        squares = min(self.squares_y, self.squares_x)
        require(squares >= 0, "no rows have these sums: squares are less than the mean allows")

        # Cauchy and Schwarz, up to rounding.
        limit = self.squares_y * self.squares_x
        # Products and squares were rounded one by one, each in its own way.
        slack = rounding(self.n) * exact(self.yy) * exact(self.xx)
        is_possible = self.products**2 <= limit + slack
        require(is_possible, "no rows have these sums: more covariance than variance")

    # --- making ---------------------------------------------------------------------------------
    @classmethod
    def of_share(cls, k: int, n: int) -> "Moments":
        """Of ``k`` persons with the outcome among ``n``, without a history. ValueError where ``k``
        lies outside 0 … ``n``.
        """
        require(0 <= k <= n, f"{k} of {n} persons is no share")
        return cls(n=n, y=k, yy=k)

    @classmethod
    def of_centred(
        cls,
        n: int,
        mean_y: float,
        squares_y: float,
        mean_x: float = 0,
        squares_x: float = 0,
        products: float = 0,
    ) -> "Moments":
        """Of means and of sums of squared deviations around them; nothing is rounded.

        Needs at least one person.
        """
        require(n >= 1, "nobody has a mean")
        # Raw sums are made of the centred ones, without rounding: from here on there is one kind of
        # sums.
        means = exact(mean_y), exact(mean_x)
        return cls(
            n=n,
            y=n * means[0],
            yy=exact(squares_y) + n * means[0] ** 2,
            x=n * means[1],
            xx=exact(squares_x) + n * means[1] ** 2,
            xy=exact(products) + n * means[0] * means[1],
        )

    def __add__(self, other: "Moments") -> "Moments":
        """The persons of both together."""
        # Python then asks the other side, and refuses with its own words.
        if not isinstance(other, Moments):
            return NotImplemented
        return Moments(*map(plus, astuple(self), astuple(other)))

    # --- asking ---------------------------------------------------------------------------------
    @property
    def is_share(self) -> bool:
        """Whether the outcome of every person is 0 or 1: then the squares are the sum itself."""
        is_count = exact(self.y).denominator == 1
        return is_count and self.y == self.yy and 0 <= self.y <= self.n

    @property
    def squares_y(self) -> Fraction:
        """Sum of the squared deviations of the outcome from its mean; needs a person."""
        return centred(self.yy, self.y, self.y, self.n)

    @property
    def squares_x(self) -> Fraction:
        """Sum of the squared deviations of the history from its mean; needs a person."""
        return centred(self.xx, self.x, self.x, self.n)

    @property
    def products(self) -> Fraction:
        """Sum of the products of both deviations; needs a person."""
        return exact(self.xy) - exact(self.y) * exact(self.x) / self.n

    @property
    def mean_y(self) -> float | None:
        """Mean outcome; None for nobody."""
        return _per(exact(self.y), self.n)

    @property
    def mean_x(self) -> float | None:
        """Mean history; None for nobody."""
        return _per(exact(self.x), self.n)

    @property
    def variance_y(self) -> float | None:
        """Variance of the outcome (n − 1); None below two persons."""
        return self._per_freedom("squares_y")

    @property
    def variance_x(self) -> float | None:
        """Variance of the history (n − 1); None below two persons."""
        return self._per_freedom("squares_x")

    @property
    def covariance(self) -> float | None:
        """Covariance of outcome and history (n − 1); None below two persons."""
        return self._per_freedom("products")

    def _per_freedom(self, name: str) -> float | None:
        """A sum of deviations divided by n − 1; None below two persons."""
        if self.n < 2:
            return None
        return _per(getattr(self, name), self.n - 1)


def _per(total: Fraction, n: int) -> float | None:
    """``total`` divided by ``n``; None where there is nothing to divide by."""
    if not n:
        return None
    return float(total / n)


#: Nobody at all: what is added to it stays what it is.
NOBODY = Moments(0, 0, 0)
