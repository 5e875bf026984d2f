"""Tables of procurement, one file a part."""

# needs

# contracts
from essaim.procurement.models.contracts import ContractImport as ContractImport

# schemes

# clauses

# meetings
