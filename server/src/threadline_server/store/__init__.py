"""Where spans rest: one contract, the write path, and an engine per folder."""
