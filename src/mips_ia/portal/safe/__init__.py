"""Whether all that an installation keeps is as it was written, and copies to restore it from."""
