"""loadkit: a peer-neutral load and read-probe tool for LLM trace/session servers."""

__version__ = "0.1.0"
