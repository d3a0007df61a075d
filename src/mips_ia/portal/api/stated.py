"""What each statement that a program sends has: the words of its page, the name, and a code of the app.

Everything else is looked at first, so that what is refused uses no code up. The code is taken just before
the statement is made: only what somebody changes in that moment can cost one.
"""

from ninja import Field

from mips_ia.portal.api.codes import app_of, use_up
from mips_ia.portal.api.given import Given
from mips_ia.portal.names import asks
from mips_ia.problems import Problem, Refused

BY = "app code, by a token"  # how it was verified who it is, as the record has it


class StatementIn(Given):
    """The `statement`, word for word as the portal has it, and the newest `code` of the person's app.

    Where the statement is left out, the answer has the words to read; where the code is, it says whether
    anything stands against them. Nothing is said in either.
    """

    statement: str = Field("", max_length=4000)
    code: str | None = Field(None, pattern=r"^[0-9]{6}$")


class NamedIn(StatementIn):
    """A statement with the name under it, as it is typed on the page."""

    typed_name: str = Field("", max_length=200)

    @property
    def name(self):
        """The name without what is around it."""
        return self.typed_name.strip()


def other_words(given, says):
    """That a statement is not in the words of the page, which `fix` then has and nothing else."""
    if given.statement != says:
        what = "These are not the words that the page shows, which stand under fix."
        yield Problem("other_words", "statement", what, says)


def wrong_name(fitting, shown):
    """That the name is not the one that is shown."""
    if not fitting:
        yield Problem("wrong_name", "typed_name", "It is not the name that is shown.", asks(shown))


def verify(request, given, page, wrong):
    """Verify that the token's person says it, now; `Refused` with all that is wrong before a code is used."""
    app = app_of(request, request.build_absolute_uri(page))
    if wrong := [*wrong]:
        raise Refused(wrong)
    use_up(request, app, given.code)
