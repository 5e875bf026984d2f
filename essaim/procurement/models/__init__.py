"""Tables of procurement, one file a part."""

# needs

# contracts

# schemes
from essaim.procurement.models.schemes import Objective as Objective
from essaim.procurement.models.schemes import Scheme as Scheme
from essaim.procurement.models.schemes import SchemeBuyer as SchemeBuyer
from essaim.procurement.models.schemes import SchemePublication as SchemePublication
from essaim.procurement.models.schemes_control import DutyAnswer as DutyAnswer
from essaim.procurement.models.schemes_control import Purchase as Purchase
from essaim.procurement.models.schemes_purposes import ContractPurpose as ContractPurpose

# clauses

# meetings
