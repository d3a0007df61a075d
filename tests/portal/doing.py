"""People who write to a served portal without a pause until it is gone; `told` has what was acknowledged."""

import re
import threading
from datetime import date, timedelta
from typing import Any

import requests
from served import SLUG, YEAR, Served

_KEPT = r"csrfmiddlewaretoken|shown|stated|window-\d+"
ROSTER = "performance_year,tin,npi,last_name,first_name,joined_on,left_on,billed_in_year\n"
TIN = "000123456"


class Doing(threading.Thread):
    """Somebody who does one thing after another, in a browser and by a program with the manager's token."""

    def __init__(self, server: Served, secret: str, who: str = "manager") -> None:
        super().__init__(daemon=True)
        self.server, self.token, self.told = server, {"Authorization": f"Bearer {secret}"}, list[Any]()
        self.wrong: Exception | None = None  # an answer that nobody expects
        self.browser = requests.Session()
        self.browser.cookies.set("sessionid", server.sessions[who])

    def run(self) -> None:
        try:
            while True:
                self.do()
        except requests.RequestException:
            return
        except Exception as wrong:  # noqa: BLE001 - whoever waits for this one tells it
            self.wrong = wrong

    def do(self) -> None:
        """The next thing."""
        raise NotImplementedError

    def posts(self, to: str, **what: Any) -> Any:
        """What the API answers to the program."""
        address = f"{self.server.address}/api/practices/{SLUG}/{YEAR}/{to}"
        answer = requests.post(address, headers=self.token, timeout=10, **what)
        assert answer.ok, answer.text
        return answer.json()

    def sends(self, to: str, leads: str, **fields: str) -> None:
        """Fill in the form of a page and send it; `leads` is how the address ends to which that leads.

        What the page marks as read is sent as it stands, and each of its boxes is ticked.
        """
        address = f"{self.server.address}{to}"
        page = self.browser.get(address, timeout=10).text
        kept = dict(re.findall(f'name="({_KEPT})"[^>]* value="([^"]+)"', page))
        answer = self.browser.post(address, kept | fields, timeout=10, allow_redirects=False)
        assert answer.headers.get("Location", "").endswith(leads), answer.text


class Windows(Doing):
    """Enters windows one after another and changes each."""

    def __init__(self, server: Served, secret: str, windows: list[dict[str, Any]]) -> None:
        super().__init__(server, secret)
        self.windows = windows

    def do(self) -> None:
        window = self.windows.pop()
        self.told.append(self.posts("windows", json=window))
        longer = window | {"last": f"{YEAR}-12-31", "replaces": self.told[-1]["id"]}
        self.told.append(self.posts("windows", json=longer))


class Signer(Doing):
    """A clinician who signs several windows at once and withdraws one, and whose days are changed before.

    `windows` are those that hold, each with what it is, and `said` those of which something was said.
    """

    def __init__(
        self, server: Served, secret: str, windows: dict[int, dict[str, str]], said: set[int]
    ) -> None:
        super().__init__(server, secret, "kim")
        self.windows, self.said = windows, said

    def do(self) -> None:
        name = {"name": "Soo-jin Kim"}
        for old in self.said:
            what = self.windows.pop(old)
            day = {"last": str(date(YEAR, 6, 1) + timedelta(days=old % 50))}
            self.windows[self.posts("windows", json=what | day | {"replaces": old})["id"]] = what
        self.sends("/sign/several/", "/sign/", **name)
        self.told += [(each, "own") for each in self.windows]
        first = min(self.windows)
        self.sends(f"/sign/{first}/withdraw/", "/receipt/", **name, reason="it was another week")
        self.told.append((first, "withdrawn"))
        self.said = {*self.windows}


class Rostered(Doing):
    """Uploads a file of clinicians, saves it and undoes it; `saved` is one to be undone first."""

    def __init__(self, server: Served, secret: str, npis: list[str], saved: int | None = None) -> None:
        super().__init__(server, secret)
        rows = (f"{YEAR},{TIN},{npi},Visiting,Number {place},,,yes\n" for place, npi in enumerate(npis))
        self.file, self.saved = ROSTER + "".join(rows), saved

    def do(self) -> None:
        if self.saved is None:
            self._step(
                self.posts("uploads/roster", files={"file": ("visiting.csv", self.file)})["id"], "save"
            )
        self._step(self.saved, "undo")

    def _step(self, upload: int | None, what: str) -> None:
        told = self.posts(f"uploads/roster/{upload}/{what}", json={})
        assert told["state"] == {"save": "saved", "undo": "undone"}[what], told
        self.told.append((upload, told["state"]))
        self.saved = upload if what == "save" else None


class Locker(Doing):
    """A signing official who locks a year of another practice and unlocks it, over and over."""

    def __init__(self, server: Served, secret: str, year: str, locked: bool) -> None:
        super().__init__(server, secret)
        self.year, self.locked = year, locked

    def do(self) -> None:
        place = f"{self.year}export/"
        if self.locked:
            self.sends(f"{place}unlock/", place, reason="a file came late")
        else:
            self.sends(f"{place}lock/", place, name="Dana Whitfield")
        self.told.append("unlocked" if self.locked else "locked")
        self.locked = not self.locked
