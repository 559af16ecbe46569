"""One file per instrumentation: which attributes carry input, output, messages and labels."""
