"""Whether something offered on one territory reaches another: codes and their parents, nothing else."""

from essaim.observatory.reference import places

COUNTRY = "country:FR"
PARENTS = ("ept", "epci", "departement", "region")


def chain(code: str) -> tuple[str, ...]:
    """The territory and all that holds it, the country last: ("commune:59350", "epci:...", ..., "country:FR").

    A code nobody knows (a priority neighbourhood) is alone with the country; the empty code is the country."""
    if not code or code == COUNTRY:
        return (COUNTRY,)
    try:
        place = places.territory(code)
    except places.UnknownTerritory:
        return (code, COUNTRY)
    held = (f"{kind}:{getattr(place, kind)}" for kind in PARENTS if getattr(place, kind, None))
    return (code, *(each for each in held if each != code), COUNTRY)


def reaches(offered: str, wanted: str) -> bool:
    """An offer on `offered` serves at least a part of `wanted`: one holds the other. Empty is the whole country."""
    return (offered or COUNTRY) in chain(wanted) or (wanted or COUNTRY) in chain(offered)
