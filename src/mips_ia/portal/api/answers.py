"""What the API answers with: each shape once, in the words of the bulk files and of the core."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from mips_ia.portal.api.given import Given
from mips_ia.portal.api.paging import MOST, Part

YesNo = Annotated[bool, Field(strict=True)]  # no number and no word is taken for one of the two


class ProblemOut(Schema):
    """One thing that is wrong: a stable code, where, what, and what to do."""

    code: str
    where: str
    what: str
    fix: str = ""
    cite: str = ""
    severity: str = "error"


class Problems(Schema):
    """Everything that is wrong, not only the first."""

    problems: list[ProblemOut]


class PracticeOut(Schema):
    """A practice by its slug; a TIN is never shown whole."""

    slug: str
    name: str
    tin_ending: str
    years: list[int]


class YearOut(Schema):
    """What is known of a performance year; null and empty mean not known."""

    performance_year: int
    report_as: str
    pathway: str
    mvp: str
    statuses: list[str] | None
    statuses_checked_on: date | None
    sites_recognized: int | None
    sites_all: int | None
    apm: str
    quality_and_pi_submitted: bool | None
    not_scored: list[str] | None
    extreme_circumstances: bool
    study: bool
    denominator: str
    denominator_reason: str
    locked: bool


class YearIn(Given):
    """What to change of a year; what is left out stays."""

    report_as: str | None = None
    pathway: str | None = None
    mvp: str | None = None
    statuses: list[str] | None = None
    statuses_checked_on: date | None = None
    sites_recognized: int | None = Field(None, ge=0, le=30_000)
    sites_all: int | None = Field(None, ge=0, le=30_000)
    apm: str | None = None
    quality_and_pi_submitted: bool | None = None
    not_scored: list[str] | None = None
    extreme_circumstances: bool | None = None
    study: bool | None = None
    denominator: str | None = None
    denominator_reason: str | None = Field(None, max_length=500)


class ClinicianOut(Schema):
    """A clinician on the roster of the year; `why` says why they are counted, or not.

    `problems` warns of an NPI whose check digit does not fit; it is kept as it is.
    """

    npi: str
    last_name: str
    first_name: str
    credential: str
    joined_on: date | None
    left_on: date | None
    billed_in_year: bool | None
    counted: bool
    why: str
    problems: list[ProblemOut]


class ClinicianIn(Given):
    """A clinician to put on the roster, or to change there; the key is the NPI."""

    last_name: str = Field("", max_length=100)
    first_name: str = Field("", max_length=100)
    credential: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    joined_on: date | None = None
    left_on: date | None = None
    billed_in_year: bool | None = None
    non_patient_facing: bool | None = None
    rural: bool | None = None
    hpsa: bool | None = None


class ReadingOut(Schema):
    """An activity by one reading of who is counted: `billed` or `current`."""

    reading: str
    counts: bool | None
    clinicians: int
    clinicians_at_most: int
    clinicians_needed: int | None
    clinicians_in_all: int | None


class ActivityOut(Schema):
    """An activity that was chosen, what it amounts to today, and by which rule."""

    activity: str
    title: str
    counts: bool | None
    clinicians: int
    clinicians_at_most: int
    clinicians_needed: int | None
    clinicians_in_all: int | None
    why: str
    cite: str
    readings: list[ReadingOut]


class ClauseOut(Schema):
    """What a rule says, and where it stands."""

    says: str
    cite: str


class TakenBackOut(Schema):
    """An activity that is not chosen any more, and how many windows of it stay."""

    activity: str
    chosen: bool
    windows: int


class WindowsQuery(Part):
    """`all` takes the windows that were changed or ended too, and not only those that hold."""

    all: bool = False


class WindowOut(Schema):
    """The days of one clinician, and how they stand.

    One that was changed or ended has the moment as `replaced_at`, and no state; `replaces` is the window in
    whose place one was entered.
    """

    id: int
    npi: str
    activity: str
    first: date | None
    last: date | None
    taking_part: bool | None
    state: str
    word: str
    signed: str
    note: str
    entered_by: str
    entered_at: datetime
    replaces: int | None
    replaced_at: datetime | None
    problems: list[ProblemOut]


class WindowIn(Given):
    """The days of one clinician to enter; with `replaces`, a change of an earlier window.

    `note` says where the days come from; left out in a change, it stays.
    """

    npi: str
    activity: str
    first: date | None = None
    last: date | None = None
    taking_part: bool | None = True
    note: str | None = Field(None, max_length=500)
    replaces: int | None = None


class MoveOut(Schema):
    """One thing that would raise or lower the score: the points then, and by when it must be done."""

    says: str
    by: date | None
    points: int
    raises: bool


class WindowsIn(Given):
    """The same days for several clinicians of one activity, by NPI."""

    npis: list[str] = Field(min_length=1, max_length=MOST)
    activity: str
    first: date | None = None
    last: date | None = None
    note: str = Field("", max_length=500)


class ScoreOut(Schema):
    """Today's score with every step; `score` is the JSON of `mips-ia score`.

    `ways` are the ways to full credit that are still open, each enough alone; `moves` what would change it.
    """

    performance_year: int
    rules_edition: str
    as_of: date
    as_known_on: date | None
    lacking: list[str]
    score: dict[str, Any] | None
    individuals: dict[str, Any] | None
    ways: list[str]
    moves: list[MoveOut]
    assumptions: list[str]
    undecided: list[str]
    problems: list[ProblemOut]


class FinalOut(Schema):
    """A year that was locked or unlocked."""

    id: int
    kind: str
    at: datetime
    by: str
    digest: str
    files: list[str]


class LogQuery(Part):
    """Which lines of the log: by a person, or `system`; of a clinician (NPI), an activity, days."""

    before: int | None = Field(None, ge=0, le=9_000_000_000)
    person: Annotated[int, Field(ge=0, le=9_000_000_000)] | Literal["system"] | None = None
    action: str | None = None
    clinician: str | None = None
    activity: str | None = None
    since: date | None = None
    until: date | None = None


class EntryOut(Schema):
    """A line of the log; `about` is its record in words."""

    id: int
    about: str
    at: datetime
    by: str
    person: int | None
    role: str
    action: str
    record: str
    before: Any = None
    after: Any = None
    digest: str
