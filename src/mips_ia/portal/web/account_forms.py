"""The sign-in library's forms in this portal's words: no placeholders, one field for a new password."""

from allauth.account import forms as account
from allauth.mfa.base import forms as second
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError


def how_long():
    """What is asked of a password."""
    lengths = [getattr(each, "min_length", 0) for each in get_default_password_validators()]
    return f"At least {max(lengths)} characters; a sentence is fine."


class Worded:
    """Labels and hints by field; what is not named keeps its label and loses its hint."""

    labels = {}
    hints = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, each in self.fields.items():
            each.widget.attrs.pop("placeholder", None)
            each.label = self.labels.get(name, each.label)
            each.help_text = how_long() if name == "password1" else self.hints.get(name, "")


class SignIn(Worded, account.LoginForm):
    """Address and password."""

    labels = {"login": "E-mail address"}


class ChangePassword(Worded, account.ChangePasswordForm):
    """The old one and the new one."""

    labels = {"oldpassword": "Password you have now", "password1": "New password"}


class FirstPassword(Worded, account.SetPasswordForm):
    """For somebody who came in through an organization."""

    labels = {"password1": "Password"}


class Forgotten(Worded, account.ResetPasswordForm):
    """Asks for the link that sets a new one."""

    labels = {"email": "E-mail address"}


class NewPassword(Worded, account.ResetPasswordKeyForm):
    """Behind that link."""

    labels = {"password1": "New password"}


class ConfirmPassword(Worded, account.ReauthenticateForm):
    """Before something that decides who gets in."""


class _Coded(Worded):
    """A code of the app, or a recovery code."""

    hints = {"code": "6 digits from your app, or one of your recovery codes."}


class Code(_Coded, second.AuthenticateForm):
    """The second factor at sign-in."""


class ConfirmCode(_Coded, second.ReauthenticateForm):
    """The same, before something that decides who gets in."""


class FirstCode(Worded, ActivateTOTPForm):
    """Proves that the app is set up."""

    labels = {"code": "Code from your app"}
    hints = {"code": "6 digits; a new one comes every 30 seconds."}


class AddPasskey(Worded, passkey.AddWebAuthnForm):
    """The browser fills in the rest."""

    labels = {"name": "Name", "passwordless": "Sign in with it alone, without a password"}
    hints = {
        "name": "So that you know it again, such as “Work laptop”.",
        "passwordless": "It then asks for a fingerprint, a face or a PIN each time.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"initial": {"name": ""}})


class _Known:
    """The package says of a passkey what it says of a code; this says it of a passkey."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except ValidationError as wrong:
            if wrong.code != "incorrect_code":
                raise
            says = "This passkey is not known here. Sign in another way, and add it under your account."
            raise ValidationError(says) from wrong


class PasskeyAlone(_Known, passkey.LoginWebAuthnForm):
    """Signs somebody in without a password."""


class PasskeyAsWell(_Known, passkey.AuthenticateWebAuthnForm):
    """The second factor at sign-in."""


class ConfirmPasskey(_Known, passkey.ReauthenticateWebAuthnForm):
    """Before something that is done in somebody's name."""


class RenamePasskey(Worded, passkey.EditWebAuthnForm):
    """Only its name."""

    labels = {"name": "Name"}
