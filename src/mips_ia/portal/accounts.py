"""How people come in: by an invitation, and in no other way."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from mips_ia.portal.models import Person


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by themselves; an invitation has a page of its own."""

    def is_open_for_signup(self, request):
        return False


class KnownPeople(DefaultSocialAccountAdapter):
    """Somebody whom an organization's own sign-in vouches for, and who was invited before."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        if sociallogin.is_existing:
            return
        known = Person.objects.filter(email__iexact=sociallogin.user.email, is_active=True).first()
        if known is not None:
            sociallogin.connect(request, known)
