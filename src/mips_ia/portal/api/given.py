"""What a program sends: a field that an operation does not know is refused, that none is dropped unseen."""

from ninja import Schema


class Given(Schema, extra="forbid"):
    """The body of a request, or a part of one."""
