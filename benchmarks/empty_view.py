# ruff: noqa: INP001 - a server imports it by its path
"""The portal with one more page, which says nothing: what Django and the server cost by themselves."""

from importlib import import_module

from django.http import HttpResponse
from django.urls import path

from mips_ia.portal.wsgi import application as application  # noqa: PLC0414 - the server looks for it here

# Only now is Django set up, so that the addresses can be read.
import_module("mips_ia.portal.urls").urlpatterns.append(path("empty/", lambda _request: HttpResponse("")))
