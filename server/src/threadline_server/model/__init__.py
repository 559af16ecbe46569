"""The words of the domain: spans, ids and time as every other folder speaks of them."""
