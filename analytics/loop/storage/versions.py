"""Which version of the formulas a stored evaluation was computed by."""

#: 0.1 named no version; it wrote this number in its place.
UNNAMED, NUMBER_OF_UNNAMED = "0.1", 2


def version_to_json(version: str) -> dict:
    if version == UNNAMED:
        return {"formulas": NUMBER_OF_UNNAMED}
    return {"version": version}


def version_from_json(stored: dict) -> str:
    return stored.get("version", UNNAMED)
