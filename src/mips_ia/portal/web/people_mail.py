"""What a page says after people were invited."""

from mips_ia.portal import invitations
from mips_ia.portal.web.telling import tell


def send(request, access, made, more=""):
    """Sends each of the invited their own link, and says of whom that could not be done."""
    posted = invitations.post(access, made, request.build_absolute_uri("/"))
    tell(request, posted.said(more))
