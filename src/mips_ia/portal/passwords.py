"""What a password must be, said as every form says it: what to enter instead."""

from django.contrib.auth import password_validation as django


class Long(django.MinimumLengthValidator):
    """It has so many characters."""

    def get_error_message(self):
        """How many to enter."""
        return f"Enter at least {self.min_length} characters; a sentence is fine."


class Uncommon(django.CommonPasswordValidator):
    """It is none of those that are tried first."""

    def get_error_message(self):
        """That others have it."""
        return "Choose another one. Many people have this password, and it is tried first."


class Unlike(django.UserAttributeSimilarityValidator):
    """It is not nearly one's own name or address."""

    def get_error_message(self):
        """That it is guessed."""
        return "Choose another one. This is nearly your name or e-mail address."
