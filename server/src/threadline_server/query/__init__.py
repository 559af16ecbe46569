"""What the pages ask: parameters of a request in, rows and cursors out."""
