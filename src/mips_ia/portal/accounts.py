"""How people come in: by an invitation, and in no other way."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.shortcuts import render
from django.urls import reverse

from mips_ia.portal import elsewhere, signins
from mips_ia.portal.actions import invitations
from mips_ia.portal.letters import beside
from mips_ia.portal.models import Membership, Person

TRUSTED = ("manager", "registry", "admin")  # the roles that see a whole practice, and need a second factor


AGAIN = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code of the app, or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
    "elsewhere": "Sign in again at your organization",
}


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by themselves; an invitation has a page of its own."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Enter the e-mail address and the password of your account.",
        "enter_current_password": "Enter the password you have now.",
        "incorrect_password": "Enter the password of your account.",
        "rate_limited": "Wait five minutes, then try again.",
        "too_many_login_attempts": "Wait five minutes, then try again. There were too many attempts.",
    }

    def is_open_for_signup(self, request):
        return False

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def get_reauthentication_methods(self, user):
        """How somebody shows again who they are, in the words of this portal.

        Whoever has neither a password nor a second factor here does so where they sign in.
        """
        found = super().get_reauthentication_methods(user)
        if not found and user.is_authenticated:
            found = [{"id": "elsewhere", "url": reverse("account_confirm_elsewhere")}]
        return [each | {"description": AGAIN[each["id"]]} for each in found]

    def post_login(self, request, user, *, signal_kwargs, **rest):
        if signal_kwargs and "sociallogin" in signal_kwargs:
            elsewhere.signed_in(request, signal_kwargs["sociallogin"])
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **rest)

    def send_mail(self, template_prefix, email, known):
        """Beside the answer: how long it takes, or that it fails, would tell who has an account."""
        request = context.request
        known = {"request": request, "email": email, "current_site": get_current_site(request)} | known
        beside(self.render_mail(template_prefix, email, known), "an account")

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class SecondFactor(DefaultMFAAdapter):
    """The words of what is refused."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": "Enter the newest code."}


class Sessions(DefaultUserSessionsAdapter):
    """Signing out everywhere else stands in the log."""

    def end_sessions(self, sessions):
        super().end_sessions(sessions)
        person = context.request.user
        signins.line(person, "signed out everywhere else", person, after={"sessions": len(sessions)})


class KnownPeople(DefaultSocialAccountAdapter):
    """Somebody whom an organization's own sign-in vouches for, and who has an account or an invitation."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        state = (extra_context or {}).get("state")
        if state and elsewhere.asked(state):
            raise ImmediateHttpResponse(elsewhere.refusal(request, provider, state))

    def pre_social_login(self, request, sociallogin):
        if elsewhere.asked(sociallogin.state):
            elsewhere.come_back(request, sociallogin)
            return
        if sociallogin.is_existing:
            return
        known = vouched_for(sociallogin)
        if known is None:
            refusal = render(request, "socialaccount/not_invited.html", status=403)
            raise ImmediateHttpResponse(refusal)
        sociallogin.connect(request, known)


def vouched_for(sociallogin):
    """The person of that e-mail address, or whoever was invited by it; None where it was not checked.

    An organization that never says whether it was is believed where the installation decided so.
    """
    told = sociallogin.account.extra_data
    claims = told.get("userinfo") or told.get("id_token") or told
    email = sociallogin.user.email
    if not email or claims.get("email_verified", settings.OIDC_EMAIL_CHECKED) not in (True, "true"):
        return None
    if invitations.has_account(email):
        return Person.objects.filter(email__iexact=email, is_active=True).first()
    place = invitations.open_for(email)
    return invitations.join(place, place.name, None) if place else None


def must_have_second_factor(person):
    """Whether the installation asks this person for one: all who see a whole practice."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and Membership.objects.filter(person=person, ended_at=None, role__in=TRUSTED).exists()
    )


def has_second_factor(person):
    """Whether an app or a passkey is set up; recovery codes alone are none."""
    return person.authenticator_set.exclude(type="recovery_codes").exists()
