"""The kinds of reminder, and one thing that is due. The manual has a table of them, which a test reads."""

from dataclasses import dataclass

from mips_ia.portal.models import Person, Practice

KINDS = {
    "sign": "Days are complete and wait for a signature",
    "ended": "A window ends",
    "silent": "Nobody signs for 14 days",
    "start": "The last day to start an activity that is not met",
    "half": "Somebody joins or leaves, and another number is needed",
    "prove": "An activity that is met lacks evidence",
    "ending": "A document ends before the days that it proves",
    "event": "CMS suspends or changes a chosen activity",
    "mvp_registration_closes": "MVP registration closes",
    "submission_opens": "Submission opens",
    "submission_closes": "Submission closes",
    "audit": "An auditor’s request waits for its answer",
    "item": "Items of an auditor’s request are somebody’s to look after",
    "change": "A reviewer asks for a change of a file",
    "keep_until": "The day until which records must be kept",
}
# Whom a message goes to, as it is told there.
WHO = {
    "manager": "a manager of {practice}",
    "official": "a signing official of {practice}",
    "registry": "on the staff of a registry that {practice} lets export",
    "admin": "an administrator of {practice}",
    "owner": "the one who looks after these items at {practice}",
    "adder": "the one who added it at {practice}",
    "signer": "the clinician whose days these are",
    "needed": "a clinician of {practice} who does not count for {activity} yet",
    "taking_part": "a clinician of {practice} with days of {activity}",
}


@dataclass(frozen=True)
class Due:
    """One thing to tell one person: `about` names what is kept of it, `left` the days that remain.

    `who` is one of `WHO`: why it is this person. Where `says` is empty there is only something to keep.
    """

    kind: str
    person: Person
    practice: Practice
    who: str
    about: tuple
    says: str
    address: str
    left: int | None = None
    activity: str = ""

    @property
    def reason(self):
        """Why this person gets it, in a sentence."""
        who = WHO[self.who].format(practice=self.practice.name, activity=self.activity)
        return f"You get this because you are {who}."

    def news(self, told):
        """What of it was not told before; `told` has practices and what was kept."""
        return [about for about in self.about if (self.practice.id, about) not in told]
