"""The links between the pages of a long list."""

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.inclusion_tag("parts/pages.html", takes_context=True)
def paging(context, pages, label="Pages", before="Previous", after="Next", whole=""):
    """Which part of a list this is, and links to the page before and after, which keep what was asked for.

    `whole` says how somebody who prints gets all of it, where there is another way than page by page.
    """
    request = context["request"]
    rest = [(name, each) for name, values in request.GET.lists() for each in values if name != "page"]
    kept = urlencode(rest, errors="replace")  # half a character has no bytes
    return {
        "pages": pages, "label": label, "before": before, "after": after, "whole": whole,
        "address": f"{request.path}?{kept}&page=" if kept else f"{request.path}?page=",
    }  # fmt: skip
