"""Pages, sheets and scripts are sent packed to a browser that reads it: a clinician's line may be slow."""

import gzip
from contextlib import closing
from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

TYPES = ("text/html", "text/css", "text/javascript", "application/json")


def compressed(get_response):
    """Downloads stay as they are: most are packed already, and their length shows how far they are."""
    pages = GZipMiddleware(get_response)  # whose answers vary in length, so that it tells of no secret

    def answer(request):
        response = get_response(request)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code != HTTPStatus.OK or kind not in TYPES:
            return response
        if not response.streaming:
            return pages.process_response(request, response)
        still = request.method == "GET" and request.path.startswith(settings.STATIC_URL)
        return _sheet(request, response) if still else response

    return answer


def _sheet(request, response):
    """A file that is the same for everybody, packed as tightly as can be."""
    patch_vary_headers(response, ("Accept-Encoding",))
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    kept = {name: told for name, told in response.headers.items() if name != "Content-Length"}
    with closing(response):
        content = _packed(b"".join(response.streaming_content))
    return HttpResponse(content, headers=kept | {"Content-Encoding": "gzip"})


@lru_cache(64)
def _packed(content):
    return gzip.compress(content, 9, mtime=0)
