"""A fictitious register in the official layout: for the demonstration, the tests and the benchmark."""

from essaim.observatory.simulate.run import DEMONSTRATION, ON, SimulationReport, simulate

__all__ = ["DEMONSTRATION", "ON", "SimulationReport", "simulate"]
