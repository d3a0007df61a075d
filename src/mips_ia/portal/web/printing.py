"""The foot of a printed page: of what it is, by which edition of the rules, and when it was made.

The margins of paper are written by style sheets alone, and a page has no style of its own. So it names one
whose words it has signed, and which says nothing else.
"""

import re
from functools import lru_cache
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.urls import reverse

from mips_ia.portal import clock
from mips_ia.portal.templatetags.words import moment
from mips_ia.portal.tenancy import opened

_SIGNER = Signer(salt="foot of a page")
_SHEET = '@page {{ @bottom-left {{ content: "{}"; }} }}\n'


def foot(of, edition):
    """The address of the style sheet that says what a page is, and `of` which practice's year."""
    said = [f"Rules edition {edition}", f"Printed {moment(clock.now())}"]
    if of and of.year:
        said = [of.practice.name, f"Performance year {of.year.year}", *said]
    return _signed(" · ".join(said))


@lru_cache(maxsize=1024)
def _signed(said):
    """The address for these words, which hold for a minute."""
    return f"{reverse('print_css')}?{urlencode({'foot': _SIGNER.sign(said)})}"


@opened("public")
def print_css(request):
    """The style sheet; 404 where the words are not the portal's own."""
    try:
        said = _SIGNER.unsign(request.GET.get("foot", ""))
    except BadSignature as wrong:
        raise Http404 from wrong
    return HttpResponse(_SHEET.format(escaped(said)), content_type="text/css")


def escaped(text):
    """A text inside quotation marks of CSS: everything but letters, digits and spaces by its number."""
    return re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):x} ", text)
