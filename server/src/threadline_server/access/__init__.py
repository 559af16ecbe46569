"""Who may call what, decided in one place."""
