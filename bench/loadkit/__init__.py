"""Generates agent sessions, sends them to any LLM trace server and measures what it answers."""

__version__ = "0.1.0"
