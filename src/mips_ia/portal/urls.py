"""The addresses. A practice is named by its slug, never by its TIN."""

from allauth.account.views import LoginView
from django.urls import include, path

from mips_ia.portal.web import overview, participation, practices, public, score, start

handler403 = "mips_ia.portal.web.errors.refused"
handler404 = "mips_ia.portal.web.errors.not_found"
handler500 = "mips_ia.portal.web.errors.broken"

of_a_year = [
    path("", overview.overview, name="overview"),
    path("participation/", participation.participation, name="participation"),
    path("score/", score.score, name="score"),
    path("score/score.json", score.score_json, name="score_json"),
]
urlpatterns = [
    path("", practices.home, name="home"),
    path("start/", start.start, name="start"),
    path("practices/", practices.practices, name="practices"),
    path("p/<slug:practice>/<int:year>/", include(of_a_year)),
    path("rules/<int:year>/", public.rules_page, name="rules"),
    path("help/", public.help_page, name="help"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("healthz", public.healthz, name="healthz"),
    path("readyz", public.readyz, name="readyz"),
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("account/", include("allauth.urls")),
]
