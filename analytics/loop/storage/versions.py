"""Which version of the formulas a stored evaluation was computed by."""

#: 0.1 named no version; it wrote these numbers in its place.
NUMBERS = {"0.1": 2, "0.1 as first written": 1}
#: The keys under which it stands.
VERSION = ("formulas", "version")
UNNAMED = {number: version for version, number in NUMBERS.items()}


def version_to_json(version: str) -> dict:
    """How inputs and results name their version; 0.1's evaluations keep the number, which is part
    of their digest.
    """
    if version in NUMBERS:
        return {"formulas": NUMBERS[version]}
    return {"version": version}


def version_from_json(stored: dict) -> str:
    """The version that stored inputs or results name. Raises KeyError for a number nobody wrote."""
    if "version" in stored:
        return stored["version"]
    return UNNAMED[stored["formulas"]]
