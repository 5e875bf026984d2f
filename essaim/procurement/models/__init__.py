"""Tables of procurement, one file a part."""

# needs
from essaim.procurement.models.needs import Answer as Answer
from essaim.procurement.models.needs import Award as Award
from essaim.procurement.models.needs import CalendarImport as CalendarImport
from essaim.procurement.models.needs import Consultation as Consultation
from essaim.procurement.models.needs import Exchange as Exchange
from essaim.procurement.models.needs import Kind as Kind
from essaim.procurement.models.needs import Lot as Lot
from essaim.procurement.models.needs import Need as Need
from essaim.procurement.models.needs import Participant as Participant
from essaim.procurement.models.needs import Status as Status
from essaim.procurement.models.needs import SupplierMessage as SupplierMessage

# contracts

# schemes

# clauses

# meetings
