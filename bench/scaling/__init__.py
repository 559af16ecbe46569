"""Sends spans without end that cost next to nothing to make, and times reads at each size."""
