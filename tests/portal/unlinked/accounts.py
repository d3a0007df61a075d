"""Accounts: signing in with a second factor, a new password, programs, reminders, and leaving."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from mips_ia.portal.actions import tokens
from mips_ia.portal.demo import PASSWORD
from mips_ia.portal.models import Membership, Person, Signature
from mips_ia.portal.reminders import stopping
from mips_ia.portal.web.fresh import let_in
from unlinked import Built, Page

WITH_A_CODE = "codes@demo.example"


def accounts(built: Built) -> None:
    """All of them; somebody has an app, a passkey and recovery codes, and signed in just now."""
    person = Person.objects.create_user(WITH_A_CODE, PASSWORD, name="Cody Codes")
    admin = Membership.objects.get(person__email="admin@demo.example", ended_at=None)
    Membership.objects.create(person=person, organization=admin.organization, role="admin")
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    passkey = Authenticator.objects.create(
        user=person, type="webauthn", data={"name": "Phone", "credential": _passkey()}
    )
    built.sessions["fresh"] = _signed_in(person)
    housed = Person.objects.create_user("housed@demo.example", None, name="Hana Housed")
    SocialAccount.objects.create(user=housed, provider="oidc", uid="housed-1")
    built.sessions["housed"] = _signed_in(housed)
    built.sessions["kim"] = _signed_in(Person.objects.get(email="kim@demo.example"))
    tokens.make(person, "A report", ["read"], 30)
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    factor = "/account/second-factor/"
    signed = Signature.objects.filter(kind="own").first()
    built.pages += [
        Page("mfa_authenticate", None, "/sign-in/", {"login": WITH_A_CODE, "password": PASSWORD}),
        Page("mfa_reauthenticate", "fresh", "/account/confirm/code/"),
        Page("mfa_reauthenticate_webauthn", "fresh", "/account/confirm/passkey/"),
        Page("account_confirm_elsewhere", "housed", "/account/confirm/elsewhere/?next=/sign/"),
        Page("account_confirm_elsewhere", "fresh", "/account/confirm/elsewhere/", called="without one"),
        Page("account_set_password", "housed", "/account/password/first/"),
        Page("mfa_activate_totp", "housed", f"{factor}app/"),
        Page("mfa_add_webauthn", "housed", "/account/passkeys/add/"),
        Page("mfa_index", "fresh", factor, called="with all of them"),
        Page("mfa_view_recovery_codes", "fresh", f"{factor}codes/"),
        Page("mfa_generate_recovery_codes", "fresh", f"{factor}codes/new/"),
        Page("mfa_deactivate_totp", "fresh", f"{factor}app/remove/"),
        Page("mfa_list_webauthn", "fresh", "/account/passkeys/", called="with one"),
        Page("mfa_edit_webauthn", "fresh", f"/account/passkeys/{passkey.pk}/"),
        Page("mfa_remove_webauthn", "fresh", f"/account/passkeys/{passkey.pk}/remove/"),
        Page("account_tokens", "fresh", "/account/tokens/", called="with one"),
        Page("account_logout", "fresh", "/sign-out/"),
        Page("account_inactive", None, "/sign-in/closed/"),
        Page("account_login", None, "/sign-in/", {"login": "", "password": ""}, called="with errors"),
        Page("account_reset_password_done", None, "/sign-in/forgotten/sent/"),
        Page("account_reset_password_from_key", None, f"/sign-in/forgotten/{key}/"),
        Page("account_reset_password_from_key", None, "/sign-in/forgotten/1-no-such-key/", called="over"),
        Page("account_reset_password_from_key_done", None, "/sign-in/forgotten/done/"),
        Page("account_login", None, "/sign-in/", called="with the organization’s own"),
        Page("openid_connect_login", None, "/sign-in/oidc/start/"),
        Page("socialaccount_login_cancelled", None, "/sign-in/cancelled/"),
        Page("socialaccount_login_error", None, "/sign-in/error/", status=401),
        Page("start", None, "/wrong/first/"),
        Page("reminders", "manager", "/reminders/"),
        Page("reminders_stop", None, f"/reminders/stop/{stopping.token_of(person)}/"),
        Page("reminders_stop", None, f"/reminders/stop/{stopping.token_of(person)}/", {}, called="stopped"),
        Page("verify", None, "/verify/", {"receipt": signed.number}, called="as received"),
        Page("verify", None, "/verify/", {"receipt": "0000000000"}, called="differs"),
        Page("verify", None, "/verify/", {"receipt": ""}, called="with errors", status=422),
    ]  # fmt: skip


def _signed_in(person: Person) -> str:
    """The cookie of somebody who has shown just now who they are."""
    request = RequestFactory(REMOTE_ADDR="127.0.0.1").get("/", headers={"user-agent": "A browser"})
    request.session, request.user = SessionStore(), AnonymousUser()
    let_in(request, person)
    for each in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
        each["at"] += 3600  # however long all else takes that is looked at first
    request.session.save()
    return str(request.session.session_key)


def _passkey() -> dict[str, object]:
    """What a browser answers when a passkey is made."""
    public = ES256.from_cryptography_key(ec.derive_private_key(1, ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(bytes(16), b"a passkey", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, held), {})
    client = websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}')
    id = websafe_encode(b"a passkey")
    response = {"clientDataJSON": client, "attestationObject": websafe_encode(bytes(made))}
    return {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
