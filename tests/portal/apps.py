"""The authenticator apps of people, each code of which is newer than the one before."""

from collections.abc import Iterator
from itertools import count

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt

from mips_ia.portal.models import Person

PERIOD = 30  # seconds that an app shows a code


class Clock:
    """The time by which codes are judged: it stands still, and goes on with each code that is asked for."""

    def __init__(self) -> None:
        self.at = 2_000_000_000 // PERIOD * PERIOD

    def time(self) -> float:
        """The time as it stands."""
        return self.at


class App:
    """The app of somebody."""

    def __init__(self, person: Person, clock: Clock) -> None:
        held = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
        self.row = held or auth.TOTP.activate(person, auth.generate_totp_secret()).instance
        self.clock, self.secret = clock, decrypt(self.row.data["secret"])

    def code(self) -> str:
        """The next code that it shows."""
        self.clock.at += PERIOD
        return self.at(0)

    def at(self, periods: int) -> str:
        """The code of now, or of so many periods from now."""
        return auth.format_hotp_value(auth.hotp_value(self.secret, self.clock.at // PERIOD + periods))

    def wrong(self) -> Iterator[str]:
        """Codes that it does not show now."""
        shown = {self.at(each) for each in (-1, 0, 1)}
        return (code for code in (f"{each:06}" for each in count()) if code not in shown)
