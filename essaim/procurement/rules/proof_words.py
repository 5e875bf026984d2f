"""What proofs of eligibility are called. The law gives the French words (`insertion.structures`, `insertion.profiles`);
the English ones are ours."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from essaim.law.parameter import parameter
from essaim.law.text import Text

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "EA": "Adapted enterprise (disabled workers)",
        "EATT": "Adapted temporary work agency",
        "ESAT": "Sheltered workshop",
        "AI": "Intermediary integration association",
        "ETTI": "Integration temporary work agency",
        "EI": "Integration enterprise",
        "ACI": "Integration workshop or site",
        "RQ": "Approved neighbourhood or territory board",
        "EPIDE": "EPIDE, institution for integration into work",
        "E2C": "Second-chance school",
        "DELD": "Long-term job seeker",
        "RSA": "Recipient of the RSA minimum income",
        "ASS": "Recipient of another minimum income",
        "BOE": "Disabled worker covered by the duty to employ",
        "JEUNE": "Under 26, without qualification or without a job",
        "SENIOR": "Over 50, job seeker",
        "REFUGIE": "Refugee or under subsidiary protection",
        "AUTRE": "Another situation, with the facilitator's reasons",
    }
)


def proof_kinds(on: date) -> dict[str, Text]:
    """Code -> name of every proof accepted on that day: people's situations first, then structures."""
    known = parameter("insertion.profiles", on).value | parameter("insertion.structures", on).value
    return {code: Text(label, ENGLISH.get(code, label)) for code, label in known.items()}
