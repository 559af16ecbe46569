"""Bring ended spans and scores to the server: sampled, queued, in batches, masked, sent."""
