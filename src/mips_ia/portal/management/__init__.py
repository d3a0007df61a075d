"""Commands beside Django's own."""
