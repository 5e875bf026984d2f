"""What sources said of a record that is erased at its request."""

from essaim.organisations.acts import Deed
from essaim.organisations.models import Organisation

NOTHING = "{}"


def forget_statements(deed: Deed, organisation: Organisation) -> int:
    """Empty them, inside the act of erasure; how many were. Their keys stay: that is how a later file, which still
    holds the organisation, finds that it must not come back (a SIREN is kept for that too; an RNA number is not)."""
    return deed.update_many([(row, {"said": NOTHING, "site": None}) for row in organisation.statements.all()])
