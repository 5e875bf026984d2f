"""The directory's tables. Written by `operations` only, through `acts`: everything has a history and an undo."""

from essaim.organisations.models.history import Act, Revision
from essaim.organisations.models.organisation import Evidence, Label, Organisation, Ruling, Site
from essaim.organisations.models.people import Claim, Request, Steward
from essaim.organisations.models.profile import Contact, Offer, Photo, Profile, ServedZone
from essaim.organisations.models.review import DuplicatePair, Import, ImportRejection, Proposal
from essaim.organisations.models.statement import Statement, Succession
from essaim.organisations.models.support import StepPresence, Support
from essaim.organisations.models.watch import ApiKey, ListItem, OrganisationList, SavedSearch

__all__ = [
    "Act",
    "ApiKey",
    "Claim",
    "Contact",
    "DuplicatePair",
    "Evidence",
    "Import",
    "ImportRejection",
    "Label",
    "ListItem",
    "Offer",
    "Organisation",
    "OrganisationList",
    "Photo",
    "Profile",
    "Proposal",
    "Request",
    "Revision",
    "Ruling",
    "SavedSearch",
    "ServedZone",
    "Site",
    "Statement",
    "StepPresence",
    "Steward",
    "Succession",
    "Support",
]
