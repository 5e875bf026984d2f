"""From a folder of official files (any of their formats) to one shape the pipeline reads."""

from essaim.observatory.intake.take import intake, line_of
from essaim.observatory.intake.taken import Intake, TakenFile

__all__ = ["Intake", "TakenFile", "intake", "line_of"]
