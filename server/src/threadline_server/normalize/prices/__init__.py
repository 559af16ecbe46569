"""Turn tokens, model, provider and time into what a call cost."""
