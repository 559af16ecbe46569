"""Turn the spans of a trace, and the traces of a session, into totals: pure and engine-free."""
