"""What a buyer bought in a year, as far as the imported contract data says."""

from essaim.law.text import Text
from essaim.observatory.contracts.indicators import of_buyer
from essaim.observatory.contracts.store import NoContracts
from essaim.observatory.contracts.winners import vintage
from essaim.procurement.queries.contracts import contract_store
from essaim.procurement.rules.schemes_duty import Spent

NONE = Text(
    "Aucun contrat de cet acheteur, cette année-là, dans les données importées : ce n'est pas zéro achat. Importez ses "
    "données essentielles, ou écrivez le total de l'année.",
    "No contract of this buyer that year in the imported data: this is not zero purchases. Import its essential data, "
    "or write the total of the year.",
)


def spent_in(siren: str, year: int) -> tuple[Spent | None, Text | None]:
    """(the contracts a SIREN notified in a year added up, or why there is nothing to add)."""
    try:
        table = contract_store().table()
    except NoContracts:
        return None, NONE
    found = of_buyer(table, siren, year)
    if not found.by_number.total:
        return None, NONE
    left_out = found.suspect_amounts + found.missing_amounts
    return Spent(found.by_value.total, year, found.by_number.total, left_out, vintage(table)), None
