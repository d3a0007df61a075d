"""The portal as a server calls it, with the addresses of an organization's own sign-in.

The process that others are forked of read its settings without one, and laid out its addresses by them.
"""

from mips_ia.portal.wsgi import application

__all__ = ["application"]

from mips_ia.portal import account_urls, urls

urls.urlpatterns += [each for each in account_urls.by_the_organization if each not in urls.urlpatterns]
