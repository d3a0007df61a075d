"""Binders: what a practice's year came to, with everything that proves it, made for somebody outside."""
