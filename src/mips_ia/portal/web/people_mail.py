"""What a page says after people were invited."""

from django.contrib import messages

from mips_ia.portal import invitations


def send(request, access, made, more=""):
    """Sends each of the invited their own link, and says of whom that could not be done."""
    posted = invitations.post(access, made, request.build_absolute_uri("/"))
    for well, said in posted.said(more):
        (messages.success if well else messages.warning)(request, said)
