"""Turn what is stored into what today's rules and prices make of it, while the server runs."""
