"""OTLP bytes to plain span structs."""
