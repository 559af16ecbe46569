"""Traces AI agents into sessions."""
