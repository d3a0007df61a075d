"""The messages with which people are invited, and what the page says of them afterwards."""

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from mips_ia.portal.models import ROLES
from mips_ia.portal.templatetags.words import day, many


def send(request, access, made, more=""):
    """Each of the invited gets their own link; what could not be sent is said, and can be sent again.

    `made` are invitations with the secrets of their links, and `more` what else there is to say.
    """
    sent, unsent, fault = [], [], None
    connection = get_connection()
    try:
        connection.open()
    except OSError as found:
        unsent, fault = [invitation for invitation, _ in made], found
        made = []
    for invitation, secret in made:
        try:
            connection.send_messages([_letter(request, access, invitation, secret)])
        except OSError as found:
            unsent.append(invitation)
            fault = found
        else:
            sent.append(invitation)
    connection.close()
    if sent:
        _tell_sent(request, sent, more)
    if unsent:
        _tell_unsent(request, unsent, fault)


def _letter(request, access, invitation, secret):
    address = request.build_absolute_uri(reverse("invitation", args=[secret]))
    body = render_to_string("mail/invitation.txt", {
        "invitation": invitation, "role": ROLES[invitation.role], "address": address, "by": access.person,
        "where": invitation.practice or invitation.organization,
    })  # fmt: skip
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{access.person.name} invites you"
    return EmailMessage(subject, body, None, [invitation.email])


def _tell_sent(request, sent, more):
    whom = sent[0].email if len(sent) == 1 else many(len(sent), "clinician")
    link = "The link works" if len(sent) == 1 else "Each link works"
    until = f"{link} once, until {day(sent[0].until)}. {more}".strip()
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        one = len(sent) == 1
        message = f"the message to {whom} is" if one else f"the messages to {whom} are"
        said = f"No mail is set up: {message} printed in the window where the portal was started. "
        said += f"Copy {'its link' if one else 'each link'} and hand it over yourself. {until}"
        messages.warning(request, said)
    else:
        messages.success(request, f"Sent to {whom}. {until}")


def _tell_unsent(request, unsent, fault):
    if len(unsent) == 1:
        said = f"The invitation is kept, but the message could not be sent: {fault}. Send it again later."
    else:
        named = ", ".join(each.email for each in unsent)
        said = (
            f"{len(unsent)} invitations are kept, but their messages could not be sent: {fault}. "
            f"Send them again later: {named}."
        )
    messages.warning(request, said)
