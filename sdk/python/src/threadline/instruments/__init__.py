"""Switches on the instrumentations of the packages that a program imports."""

from threadline.instruments.names import Instruments
from threadline.instruments.switch import switch_on

__all__ = ["Instruments", "switch_on"]
