"""A buyer says which aims a contract pursues."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.procurement.models import ContractPurpose, Scheme
from essaim.procurement.operations.schemes import NOT_YOURS, SchemeRefused
from essaim.procurement.permissions.schemes import may_keep_schemes
from essaim.procurement.rules.crosswalk import purpose_codes

NOT_OF_THE_SCHEME = Text(
    "Ce contrat n'est pas d'un acheteur de ce SPASER. Vérifiez sa clé.",
    "This contract is not of a buyer of this scheme. Check its key.",
)


def say_purposes(
    *,
    scheme: Scheme,
    contract_key: str,
    by: User | None,
    on: date,
    social: Sequence[str] = (),
    environmental: Sequence[str] = (),
    reserved: Sequence[str] = (),
    innovation: Sequence[str] = (),
) -> ContractPurpose:
    """Write the eForms codes of a contract, over what was said before. Raises SchemeRefused."""
    if by is not None and not may_keep_schemes(by, scheme.authority):
        raise SchemeRefused(NOT_YOURS)
    if not scheme.buyers.filter(siren=contract_key[:9]).exists():
        raise SchemeRefused(NOT_OF_THE_SCHEME)
    values = {
        "social": list(social), "environmental": list(environmental),
        "reserved": list(reserved), "innovation": list(innovation),
    }  # fmt: skip
    unknown = [code for name, said in values.items() for code in said if code not in purpose_codes(name)]
    if unknown:
        listed = ", ".join(unknown)
        raise SchemeRefused(Text(f"Code eForms inconnu : {listed}.", f"Unknown eForms code: {listed}."))
    with transaction.atomic():
        row, _ = ContractPurpose.objects.update_or_create(
            authority=scheme.authority, contract_key=contract_key, defaults=values
        )
        journal.record(
            "contract purposes said", row, by=by, on=on, authority=scheme.authority,
            contract=contract_key, **values,
        )  # fmt: skip
    return row
