"""Tables of procurement, one file a part."""

# needs

# contracts

# schemes

# clauses

# meetings
from essaim.procurement.models.meetings import Meeting as Meeting
from essaim.procurement.models.meetings import MeetingAbsence as MeetingAbsence
from essaim.procurement.models.meetings import MeetingEvent as MeetingEvent
from essaim.procurement.models.meetings import MeetingFollowUp as MeetingFollowUp
from essaim.procurement.models.meetings import MeetingParticipant as MeetingParticipant
from essaim.procurement.models.meetings import MeetingPlan as MeetingPlan
from essaim.procurement.models.meetings import MeetingSlot as MeetingSlot
from essaim.procurement.models.meetings import MeetingWish as MeetingWish
