"""What holds for every test."""

from hypothesis import settings

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")
