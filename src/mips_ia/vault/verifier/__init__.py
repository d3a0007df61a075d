"""What judges a binder, by the standard library alone. Joined into one file, it is a binder's verify.py."""
