"""Makes sessions of a coding agent: many model calls, large tool results, the full history in each."""
