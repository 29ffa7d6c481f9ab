"""How well a colour is read on another one, as WCAG 2.2 computes it."""

#: WCAG AA: text of the usual size on its ground.
LEAST_FOR_TEXT = 4.5
#: Where sRGB's curve begins, and what its straight part is divided by.
STRAIGHT, SLOPE = 0.04045, 12.92


def contrast(one: str, other: str) -> float:
    """From 1 for two alike to 21 for black on white; colours as ``#rrggbb``, in any order."""
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb``, 0 for black and 1 for white."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = map(linear, channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    """A channel of 0 to 1 with the curve of sRGB taken off it."""
    if channel <= STRAIGHT:
        return channel / SLOPE
    return ((channel + 0.055) / 1.055) ** 2.4
