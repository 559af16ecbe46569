"""Turn what a span carries into shared texts and small templates, and back, byte for byte."""
