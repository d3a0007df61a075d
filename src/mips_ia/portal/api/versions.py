"""A record that somebody changed meanwhile: the answer names both versions, and nothing is overwritten."""

from dataclasses import replace
from typing import Annotated

from ninja import Header

from mips_ia.portal.meanwhile import state
from mips_ia.problems import Refused

# The `version` of the record as it was read; without it the change is made whatever is there.
IfMatch = Annotated[str | None, Header(None, alias="If-Match", max_length=80)]
AGAIN = "Read it again, and send what to keep with its version."


def version(values):
    """What stands for these values, so that they are known again."""
    return state(values)


def given(if_match):
    """The version that a caller read; with or without the quotation marks of HTTP."""
    return if_match.strip('"') if if_match else None


def saved(save, there, yours):
    """What `save` gives; where somebody was faster, the refusal says what is there and what was sent.

    `there` gives the values as they are now, `yours` has those that were sent.
    """
    try:
        return save()
    except Refused as refusal:
        raise Refused([_both(each, there, yours) for each in refusal.problems]) from refusal


def _both(problem, there, yours):
    if problem.code != "changed":
        return problem
    now = there()
    if not yours:
        said = f"There now: {', '.join(f'{name} {_word(value)}' for name, value in now.items())}."
    else:
        other = [
            f"{name} is {_word(now.get(name))} there and {_word(value)} here"
            for name, value in yours.items() if _word(now.get(name)) != _word(value)
        ]  # fmt: skip
        said = f"{'; '.join(other)}." if other else "What you sent is what is there."
    return replace(problem, what=f"{problem.what} {said}", fix=AGAIN)


def _word(value):
    if value in (None, "", [], ()):
        return "nothing" if value != [] else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
