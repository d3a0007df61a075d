"""The addresses of signing in and of one's own account. Signing up has none."""

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import path, re_path

from mips_ia.portal.elsewhere import or_no_answer
from mips_ia.portal.tenancy import opened
from mips_ia.portal.web import account as ours
from mips_ia.portal.web import confirming
from mips_ia.portal.web import signins as ours_signins
from mips_ia.portal.web import tokens as programs
from mips_ia.portal.web.fresh import fresh_to_open

public, person = opened("public"), opened("person")

signing_in = [
    path("sign-in/", public(account.login), name="account_login"),
    path("sign-in/code/", public(second.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/closed/", public(account.account_inactive), name="account_inactive"),
    path("sign-in/forgotten/", public(account.password_reset), name="account_reset_password"),
    path("sign-in/forgotten/sent/", public(account.password_reset_done), name="account_reset_password_done"),
    path(
        "sign-in/forgotten/done/", public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^sign-in/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("sign-out/", public(account.logout), name="account_logout"),
]  # fmt: skip
by_the_organization = [
    path("sign-in/cancelled/", public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("sign-in/error/", public(social.login_error), name="socialaccount_login_error"),
    path(
        "sign-in/<slug:provider_id>/start/", public(or_no_answer(oidc.login)), name="openid_connect_login"
    ),
    path(
        "sign-in/<slug:provider_id>/callback/", public(or_no_answer(oidc.callback)),
        name="openid_connect_callback",
    ),
]  # fmt: skip
one_s_own = [
    path("account/", ours.account, name="account"),
    path("account/name/", ours.name, name="account_name"),
    path("account/sessions/", person(ours.sessions), name="usersessions_list"),
    path("account/sign-ins/", ours_signins.account_signins, name="account_signins"),
    path("account/tokens/", programs.account_tokens, name="account_tokens"),
    path("account/tokens/<int:token>/end/", programs.account_token_end, name="account_token_end"),
    path("account/password/", person(account.password_change), name="account_change_password"),
    path("account/password/first/", person(fresh_to_open(account.password_set)), name="account_set_password"),
    path("account/confirm/", person(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", person(second.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/", person(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/confirm/elsewhere/", confirming.account_confirm_elsewhere, name="account_confirm_elsewhere"
    ),
    path("account/second-factor/", person(ours.second_factor), name="mfa_index"),
    path("account/second-factor/app/", person(fresh_to_open(totp.activate_totp)), name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", person(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", person(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", person(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/recovery-codes.txt", person(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/passkeys/", person(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", person(fresh_to_open(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", person(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", person(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]  # fmt: skip
urlpatterns = signing_in + one_s_own
if settings.SIGN_IN_ELSEWHERE:
    urlpatterns += by_the_organization
