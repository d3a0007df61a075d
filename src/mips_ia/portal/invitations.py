"""The messages with which people are invited, each with a link of its own, and what became of them."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from mips_ia.portal.letters import letter
from mips_ia.portal.models import ROLES
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.undelivered import away, why


@dataclass
class Posted:
    """Which invitations went out, which did not, and why not."""

    sent: list = field(default_factory=list)
    unsent: list = field(default_factory=list)
    fault: OSError | None = None

    @property
    def printed(self):
        """Whether no mail is set up, so that messages stand where the portal was started."""
        return settings.EMAIL_BACKEND.endswith("console.EmailBackend")

    def said(self, more=""):
        """Each thing that there is to say, and whether it went well; `more` is what else there is."""
        if self.sent:
            yield not self.printed, self._of_sent(more)
        if self.unsent:
            yield False, self._of_unsent()

    def _of_sent(self, more):
        one = len(self.sent) == 1
        whom = self.sent[0].email if one else many(len(self.sent), "clinician")
        link = "The link works" if one else "Each link works"
        until = f"{link} once, until {day(self.sent[0].until)}. {more}".strip()
        if not self.printed:
            return f"Sent to {whom}. {until}"
        message = f"the message to {whom} is" if one else f"the messages to {whom} are"
        said = f"No mail is set up: {message} printed in the window where the portal was started. "
        return said + f"Copy {'its link' if one else 'each link'} and hand it over yourself. {until}"

    def _of_unsent(self):
        if len(self.unsent) == 1:
            said = f"The invitation is kept, but the message could not be sent: {why(self.fault)}. "
            return f"{said}Send it again later."
        named = ", ".join(each.email for each in self.unsent)
        return (
            f"{len(self.unsent)} invitations are kept, but their messages could not be sent: "
            f"{why(self.fault)}. Send them again later: {named}."
        )


def post(access, made, base):
    """Each of the invited gets their own link; what could not be sent can be sent again.

    `made` are invitations with the secrets of their links, which stand in the messages and nowhere else.
    """
    posted, connection = Posted(), get_connection()
    try:
        connection.open()
    except OSError as found:
        return Posted([], [invitation for invitation, _ in made], found)
    for invitation, secret in made:
        if away(posted.fault):
            posted.unsent.append(invitation)
            continue
        try:
            connection.send_messages([_letter(access, invitation, secret, base)])
        except OSError as found:
            posted.unsent.append(invitation)
            posted.fault = found
        else:
            posted.sent.append(invitation)
    connection.close()
    return posted


def more(left):
    """How many clinicians of the roster still have no invitation; nothing where all have."""
    verb = "has" if left == 1 else "have"
    return f"{many(left, 'clinician')} on the roster {verb} no invitation yet." if left else ""


def _letter(access, invitation, secret, base):
    address = f"{base.rstrip('/')}{reverse('invitation', args=[secret])}"
    body = render_to_string("mail/invitation.txt", {
        "invitation": invitation, "role": ROLES[invitation.role], "address": address, "by": access.person,
        "where": invitation.practice or invitation.organization,
    })  # fmt: skip
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{access.person.name} invites you"
    return letter(invitation.email, subject, body)
