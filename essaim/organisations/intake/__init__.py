"""Reading lists and registers into records: pure, streamed, nothing of the database."""

from essaim.organisations.intake.record import Note, Origin, Reading, Record, Rejected

__all__ = ["Note", "Origin", "Reading", "Record", "Rejected"]
