"""What a page says after messages were sent."""

from django.contrib import messages


def tell(request, said):
    """Each thing that there is to say, and whether it went well."""
    for well, each in said:
        (messages.success if well else messages.warning)(request, each)
