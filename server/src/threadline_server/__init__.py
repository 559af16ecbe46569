"""Threadline's server: OTLP spans in, sessions of AI agents out."""

__version__ = "0.1.0"
