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
from essaim.procurement.models.contracts import ContractImport as ContractImport

# schemes
from essaim.procurement.models.schemes import Objective as Objective
from essaim.procurement.models.schemes import Scheme as Scheme
from essaim.procurement.models.schemes import SchemeBuyer as SchemeBuyer
from essaim.procurement.models.schemes import SchemePublication as SchemePublication
from essaim.procurement.models.schemes_control import DutyAnswer as DutyAnswer
from essaim.procurement.models.schemes_control import Purchase as Purchase
from essaim.procurement.models.schemes_purposes import ContractPurpose as ContractPurpose

# clauses
from essaim.procurement.models.clauses import Clause as Clause
from essaim.procurement.models.clauses import ClauseBill as ClauseBill
from essaim.procurement.models.clauses import ClauseCompany as ClauseCompany
from essaim.procurement.models.clauses import ClauseOperation as ClauseOperation
from essaim.procurement.models.clauses import ClauseReminder as ClauseReminder
from essaim.procurement.models.clauses import ClauseShare as ClauseShare
from essaim.procurement.models.clauses import CompanyContact as CompanyContact
from essaim.procurement.models.clauses import CompanyInvitation as CompanyInvitation
from essaim.procurement.models.clauses_hours import Beneficiary as Beneficiary
from essaim.procurement.models.clauses_hours import BeneficiaryIdentity as BeneficiaryIdentity
from essaim.procurement.models.clauses_hours import EligibilityProof as EligibilityProof
from essaim.procurement.models.clauses_hours import Engagement as Engagement
from essaim.procurement.models.clauses_hours import HoursCorrection as HoursCorrection
from essaim.procurement.models.clauses_hours import MonthlyHours as MonthlyHours

# meetings
from essaim.procurement.models.meetings import Meeting as Meeting
from essaim.procurement.models.meetings import MeetingAbsence as MeetingAbsence
from essaim.procurement.models.meetings import MeetingEvent as MeetingEvent
from essaim.procurement.models.meetings import MeetingFollowUp as MeetingFollowUp
from essaim.procurement.models.meetings import MeetingParticipant as MeetingParticipant
from essaim.procurement.models.meetings import MeetingPlan as MeetingPlan
from essaim.procurement.models.meetings import MeetingSlot as MeetingSlot
from essaim.procurement.models.meetings import MeetingWish as MeetingWish
