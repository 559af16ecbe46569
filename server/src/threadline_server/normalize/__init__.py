"""Turn spans as OTLP said them into canonical spans: a list of small pure functions."""
