"""Three hundred documents such as practices keep, half of which name patients; everybody in them is invented.

They were written before the expressions were tried on them. A document is lines and tables, put into each
kind of file in turn; what names a patient in it is planted, and known.
"""

from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from making import docx, header, jpg, mail, paragraph, pdf, png, table, xlsx

SEED, DOCUMENTS, YEAR = 20_26, 300, 2026
LETTERS = "".join(each for each in string.ascii_uppercase if each not in "SLOIBZ")
FIRST = ("Ruth", "Amir", "Soo-jin", "Delia", "Marcus", "Ines", "Walter", "Thuy", "Olga", "Pete", "Noor", "Grace",
         "Hollis", "Mei", "Jamal", "Brigid", "Tomás", "Lena", "Abel", "Winona")  # fmt: skip
LAST = ("Abernathy", "Okafor", "Kim", "Vance", "Delacroix", "Brandt", "Nguyen", "O'Rourke", "Petrov", "Lindqvist",
        "Haddad", "Moreau", "Castellanos", "Yoder", "Whitfield", "Szabo", "McKenna", "Ibarra", "Strand", "Pell")  # fmt: skip
STREETS = ("Elm Street", "Old County Road", "Harbor Ave", "N. Main St", "Birch Lane", "Tannery Ct", "Congress St",
           "Mill Pond Dr", "Route 9 Highway", "Sewall Place")  # fmt: skip
TOWNS = ("Portland, ME 04101", "Bath, ME 04530", "Keene, NH 03431", "Barre, VT 05641", "Salem, MA 01970")
TOPICS = ("fall risk", "tobacco use", "depression", "advance care planning", "medication reconciliation",
          "opioid safety", "hypertension control", "referral tracking", "care transitions", "health equity")  # fmt: skip

Line = str
Rows = list[list[object]]
Block = Line | Rows


@dataclass
class Written:
    """A document before it is a file: its blocks, and what was planted in it."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    planted: list[tuple[str, str]] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks


class Writer:
    """Invents what stands in documents, always the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.any = random.Random(seed)

    def one(self, *of: str) -> str:
        return self.any.choice(of)

    def digits(self, count: int) -> str:
        return "".join(self.any.choice(string.digits) for _ in range(count))

    def name(self, style: str = "") -> str:
        first, last = self.one(*FIRST), self.one(*LAST)
        styles = {
            "plain": f"{first} {last}", "sorted": f"{last}, {first}", "middle": f"{first} {self.one(*'ABCDEJM')}. {last}",
            "capital": f"{last.upper()}, {first.upper()}", "title": f"Dr. {last}", "degree": f"{first} {last}, MD",
        }  # fmt: skip
        return styles[style or self.one("plain", "plain", "sorted", "middle")]

    def phone(self) -> str:
        area, last = self.one("207", "603", "802", "978"), f"01{self.digits(2)}"
        return self.one(
            f"({area}) 555-{last}", f"{area}-555-{last}", f"{area}.555.{last}", f"1-{area}-555-{last}"
        )

    def address(self) -> str:
        return f"{self.any.randint(1, 1999)} {self.one(*STREETS)}{self.one('', '', ', Apt 3', ', Unit 12B')}"

    def day(self, first: int, last: int) -> date:
        return date(first, 1, 1) + timedelta(days=self.any.randrange(366 * (last - first + 1) - 5))

    def dated(self, day: date, long: bool = False) -> str:
        styles = [
            f"{day:%m/%d/%Y}",
            f"{day.month}/{day.day}/{day.year}",
            f"{day:%Y-%m-%d}",
            f"{day:%B} {day.day}, {day.year}",
        ]
        return self.one(*styles, *([] if long else [f"{day.day}-{day:%b}-{day.year}"]))

    def recent(self) -> str:
        return self.dated(self.day(2025, 2026))

    def born(self) -> date:
        return self.day(1931, 2012)

    def mbi(self) -> str:
        letter = lambda: self.any.choice(LETTERS)  # noqa: E731
        either = lambda: self.any.choice(LETTERS + string.digits)  # noqa: E731
        digit = lambda: self.any.choice(string.digits)  # noqa: E731
        held = (self.any.choice("123456789") + letter() + either() + digit() + letter() + either() + digit()
                + letter() + letter() + digit() + digit())  # fmt: skip
        written = self.one(held, f"{held[:4]}-{held[4:7]}-{held[7:]}", f"{held[:4]} {held[4:7]} {held[7:]}")
        return written.lower() if self.any.random() < 0.1 else written

    def ssn(self) -> str:
        area = self.any.choice([each for each in range(1, 899) if each != 666])
        return f"{area:03}-{self.any.randint(1, 99):02}-{self.any.randint(1, 9999):04}"

    def record(self) -> str:
        return self.one(
            self.digits(7),
            f"00{self.digits(6)}",
            f"{self.one(*'ABEM')}{self.digits(6)}",
            f"{self.digits(5)}-{self.digits(2)}",
        )

    def npi(self) -> str:
        return f"1{self.digits(9)}"

    def letterhead(self) -> list[str]:
        return [
            f"{self.one('Harbor', 'Pine Tree', 'Granite', 'Lakeside')} {self.one('Family Medicine', 'Physiatry Group', 'Internal Medicine')}",
            f"{self.any.randint(1, 999)} {self.one(*STREETS)}, Suite {self.any.randint(100, 400)}, {self.one(*TOWNS)}",
            f"Phone {self.phone()}   Fax {self.phone()}   TIN 00-{self.digits(7)}",
        ]


# What names nobody.


def policy(w: Writer) -> Written:
    made = Written(f"Policy {w.one(*TOPICS)}")
    made.add(*w.letterhead())
    made.add(
        f"Policy {w.any.randint(1, 40)}.{w.any.randint(1, 20)}: {w.one(*TOPICS)}",
        f"Effective {w.dated(w.day(2013, 2025))}; revised {w.recent()} by {w.name('degree')}",
        f"Approved by {w.name('title')}, Medical Director, on {w.recent()}.",
        "1. Every patient of 65 years or older is screened once in a performance year.",
        f"2. Patients who screen positive are offered a referral within {w.any.randint(5, 30)} days (CPT 99490, ICD-10 Z91.81).",
        "3. The chart is audited each quarter; see 42 CFR 414.1355 and 91 FR 43842.",
        f"Questions: call the front desk at {w.phone()}, extension {w.digits(4)}.",
        f"This policy replaces policy number {w.digits(4)}-{w.digits(4)} of {w.day(2012, 2020).year}.",
    )  # fmt: skip
    if w.any.random() < 0.3:
        made.add(f"Patients may reach the clinician on call at {w.phone()}.")
    return made


def staff(w: Writer) -> Written:
    made = Written("Roster of staff")
    order = w.any.sample(range(1, 8), 7)  # every practice has its own
    heads = ["Name", "NPI", "Role", "Hired", "License", "License expires", "Office phone", "Extension"]
    rows: Rows = [[heads[0], *[heads[each] for each in order]]]
    for _ in range(w.any.randint(6, 18)):
        row = [w.name("sorted"), w.npi(), w.one("MD", "DO", "NP", "RN", "MA"), w.day(2008, 2024), f"{w.one('MD', 'NP', 'RN')}{w.digits(5)}",
               w.day(2026, 2028), w.phone(), w.digits(4)]  # fmt: skip
        rows.append([row[0], *[row[each] for each in order]])
    made.add(f"Staff as of {w.recent()}", rows)
    return made


def minutes(w: Writer) -> Written:
    made = Written("Minutes")
    made.add(f"Minutes of the quality committee, {w.recent()}, {w.any.randint(7, 17)}:30", "Present:")
    made.add(*[f"  {w.name('degree')}" for _ in range(w.any.randint(3, 7))])
    made.add(
        f"{w.name('plain')} reported on {w.one(*TOPICS)}: {w.any.randint(40, 95)}% of {w.any.randint(100, 2400)} eligible patients.",
        f"Action: {w.name('plain')} to update the workflow by {w.recent()}.",
        f"The committee has met since {w.dated(w.day(2014, 2020))}. Chart audit of 30 records: no finding.",
        f"Next meeting {w.recent()} in room {w.digits(3)}; dial in {w.phone()}, code {w.digits(6)}#.",
    )
    return made


def dashboard(w: Writer) -> Written:
    made = Written("Dashboard")
    rows: Rows = [["Month", "Measure", "Eligible patients", "Screened", "Rate", "Claims", "Charges"]]
    for month in range(1, 13):
        eligible = w.any.randint(80, 900)
        done = w.any.randint(20, eligible)
        rows.append(
            [
                f"2026-{month:02}",
                w.one(*TOPICS),
                eligible,
                done,
                round(done / eligible, 4),
                w.any.randint(10**5, 10**9),
                w.any.randint(1000, 10**7) / 100,
            ]
        )
    made.add(f"Run {w.recent()} by user {w.digits(6)}, report {w.digits(9)}", rows)
    return made


def referrals(w: Writer) -> Written:
    made = Written("Referral log without patients")
    rows: Rows = [
        ["Log number", "Referred", "Specialty", "Office", "Office phone", "Report received", "Days"]
    ]
    for number in range(w.any.randint(8, 25)):
        sent = w.day(2026, 2026)
        rows.append([f"R-{number + 1:04}", sent, w.one("Cardiology", "Ophthalmology", "PT", "Podiatry"), f"{w.one(*LAST)} Associates",
                     w.phone(), sent + timedelta(days=w.any.randint(2, 40)), w.any.randint(2, 40)])  # fmt: skip
    made.add("Loop closure, de-identified", rows)
    return made


def partner(w: Writer) -> Written:
    made = Written("Letter to a partner")
    made.add(*w.letterhead())
    made.add(
        w.recent(), w.name("plain"), f"{w.one('Area Agency on Aging', 'YMCA', 'Food Bank')}",
        w.one(w.address(), f"P.O. Box {w.digits(3)}"), w.one(*TOWNS),
        f"Dear {w.name('plain')}:",
        f"Thank you for meeting with us on {w.recent()} about {w.one(*TOPICS)}.",
        f"We have worked together since {w.day(2010, 2020).year}. You reach me at {w.phone()} or by fax at {w.phone()}.",
        "Sincerely,", w.name("degree"),
    )  # fmt: skip
    return made


def note(w: Writer) -> Written:
    made = Written("Message")
    sender = w.name("plain")
    made.add(
        f"Hi {w.one(*FIRST)},", f"the training on {w.one(*TOPICS)} is on {w.recent()} at {w.any.randint(8, 17)}:00.",
        f"Please order {w.any.randint(2, 40)} grip socks, item {w.digits(8)}, quote {w.digits(3)}-{w.digits(4)}.",
        f"The vendor's number is {w.phone()}, our account with them is {w.digits(9)}.",
        "Thanks,", sender, f"{w.one('Practice Manager', 'RN', 'Quality Lead')}", f"Office {w.phone()}",
    )  # fmt: skip
    if w.any.random() < 0.35:
        made.add(f"Cell {w.phone()}")
    return made


def training(w: Writer) -> Written:
    made = Written("Training record")
    rows: Rows = [["Staff member", "Course", "Completed", "Certificate", "Hours", "First certified"]]
    for _ in range(w.any.randint(5, 14)):
        rows.append(
            [
                w.name("plain"),
                w.one(*TOPICS),
                w.day(2025, 2026),
                f"C{w.digits(7)}",
                w.any.randint(1, 8),
                w.day(2006, 2019),
            ]
        )
    made.add(f"Training on {w.one(*TOPICS)}, {w.recent()}", rows)
    made.add(f"{w.name('plain')} has been a trainer since {w.dated(w.day(2009, 2018))}.")
    made.add(f"Awarded to {w.name('degree')} on {w.dated(w.day(2009, 2026), long=True)}")
    return made


def invoice(w: Writer) -> Written:
    made = Written("Invoice")
    rows: Rows = [["Item", "Part number", "Quantity", "Price", "Lot"]]
    for _ in range(w.any.randint(3, 9)):
        rows.append(
            [
                w.one("Gait belt", "BP cuff", "Patient chart labels", "Handout"),
                f"{w.digits(4)}-{w.one(*LETTERS)}{w.digits(3)}",
                w.any.randint(1, 90),
                w.any.randint(100, 9999) / 100,
                f"{w.digits(2)}{w.one(*LETTERS)}{w.digits(6)}",
            ]
        )
    made.add(
        f"Invoice {w.digits(8)}   PO {w.digits(3)}-{w.digits(2)}-{w.digits(5)}   Date {w.recent()}", f"Bill to {w.name('plain')}, {w.address()}, {w.one(*TOWNS)}",
        f"Tax id 00-{w.digits(7)}, account 4{w.digits(11)}, routing 01{w.digits(7)}, tracking 1Z{w.digits(6)}{w.digits(10)}", rows,
        f"Remit to P.O. Box {w.digits(4)}. Questions? {w.phone()}",
    )  # fmt: skip
    return made


def equipment(w: Writer) -> Written:
    made = Written("Equipment log")
    rows: Rows = [["Device", "Serial number", "Bought", "Calibrated", "By"]]
    for _ in range(w.any.randint(4, 12)):
        rows.append(
            [
                w.one("Dynamometer", "Scale", "Spirometer"),
                f"{w.one(*LETTERS)}{w.one(*LETTERS)}{w.digits(7)}",
                w.day(2011, 2020),
                w.day(2025, 2026),
                w.name("plain"),
            ]
        )
    made.add(
        "Calibrations",
        rows,
        f"Service: {w.name('plain')}, {w.phone()}, contract {w.digits(4)}-{w.digits(6)}.",
    )
    return made


def access_log(w: Writer) -> Written:
    made = Written("EHR report")
    rows: Rows = [["Time", "User", "Event", "Address", "Session"]]
    for _ in range(w.any.randint(10, 30)):
        rows.append(
            [
                f"{w.day(2026, 2026)} {w.any.randint(0, 23):02}:{w.any.randint(0, 59):02}:09",
                f"u{w.digits(5)}",
                w.one("login", "PDMP query", "export"),
                f"10.{w.any.randint(0, 255)}.{w.any.randint(0, 255)}.7",
                f"{w.any.getrandbits(64):016x}",
            ]
        )
    made.add(rows)
    return made


def survey(w: Writer) -> Written:
    made = Written("Survey summary")
    made.add(
        f"Patient experience, quarter {w.any.randint(1, 4)}: {w.any.randint(50, 400)} of {w.any.randint(401, 900)} answered.",
        f"Access {w.any.randint(60, 99)}.{w.digits(1)}, communication {w.any.randint(60, 99)}.{w.digits(1)}; vendor id {w.digits(6)}.",
        f"Sent {w.recent()} to {w.recent()} by {w.name('plain')}, {w.one('mail', 'text message')}.",
        f"“The staff, {w.one(*FIRST)} above all, called me back the same day.”",
    )
    return made


def reference(w: Writer) -> Written:
    made = Written("Reference sheet")
    rows: Rows = [["Drug", "NDC", "Lot", "Expires", "Supplier", "DUNS"]]
    for _ in range(w.any.randint(5, 15)):
        rows.append([w.one("Naloxone", "Varenicline", "Influenza vaccine"), f"{w.digits(5)}-{w.digits(4)}-{w.digits(2)}",
                     f"{w.any.randint(1, 9)}{w.one(*'ABC')}{w.digits(2)}{w.one(*'DEF')}{w.digits(3)}", w.day(2026, 2028), f"{w.one(*LAST)} Supply",
                     f"{w.digits(2)}-{w.digits(3)}-{w.digits(4)}"])  # fmt: skip
    made.add(
        f"Handbook, ISBN 978-0-{w.digits(2)}-{w.digits(6)}-{w.digits(1)}, {w.one(*LAST)} Press, {w.one(*TOWNS)}-{w.digits(4)}", rows,
        f"Help desk ticket {w.digits(3)}-{w.digits(3)}-{w.digits(4)}; state license {w.digits(6)}; CLIA {w.digits(2)}D{w.digits(7)}.",
    )  # fmt: skip
    return made


def history(w: Writer) -> Written:
    made = Written("About us")
    made.add(
        f"{w.name('plain')} opened the practice on {w.dated(w.day(1962, 1990), long=True)} at {w.address()}.",
        "President Johnson signed Medicare into law on July 30, 1965; the Social Security Act is at 42 U.S.C. 1395.",
        f"Our building was dedicated to {w.name('plain')}, {w.dated(w.day(1980, 2005), long=True)}.",
        f"Birthdays this month: {w.one(*FIRST)} on the {w.any.randint(2, 28)}th. The library holds {w.one(*LAST)} ({w.day(1950, 1990).year}).",
        f"Visit us at home and on the web; our patients' portal is at extension {w.digits(4)}.",
    )  # fmt: skip
    return made


# What names patients.


class Patient:
    """Somebody invented, and what was written of them."""

    def __init__(self, w: Writer, made: Written) -> None:
        self.w, self.made = w, made
        self.birth = w.born()

    def _planted(self, kind: str, text: str) -> str:
        self.made.planted.append((kind, text))
        return text

    def born(self) -> str:
        return self._planted("birth_date", self.w.dated(self.birth))

    def born_cell(self) -> date:
        self._planted("birth_date", f"{self.birth:%Y-%m-%d}")
        return self.birth

    def born_short(self) -> str:
        return self._planted("birth_date", f"{self.birth.month}/{self.birth.day}/{self.birth:%y}")

    def mbi(self) -> str:
        return self._planted("mbi", self.w.mbi())

    def ssn(self) -> str:
        return self._planted("ssn", self.w.ssn())

    def bare_ssn(self) -> str:
        return self._planted("ssn", self.w.ssn().replace("-", ""))

    def record(self) -> str:
        return self._planted("record_number", self.w.record())

    def phone(self) -> str:
        return self._planted("phone", self.w.phone())

    def address(self) -> str:
        return self._planted("address", self.w.address())


def referral(w: Writer) -> Written:
    made = Written("Referral letter")
    p, name = Patient(w, made), w.name("plain")
    made.add(*w.letterhead())
    made.add(w.recent(), f"Dear {w.name('title')}:")
    made.add(
        w.any.choice((
            lambda: f"RE: {name}, DOB {p.born()}, MRN {p.record()}", lambda: f"RE: {name} (DOB: {p.born()})",
            lambda: f"Patient: {name}   Date of birth: {p.born()}   Chart # {p.record()}",
            lambda: f"Re: {name}, born {p.born()}", lambda: f"{name} {p.born()}",
        ))()
    )  # fmt: skip
    made.add(
        f"{name} fell at home on {w.recent()} and was seen here on {w.recent()}.",
        f"Please see the patient within two weeks. The patient can be reached at {p.phone()}.",
        f"Our office: {w.phone()}.", w.name("degree"),
    )  # fmt: skip
    return made


def intake(w: Writer) -> Written:
    made = Written("Intake form")
    p = Patient(w, made)
    made.add(
        "Patient information", f"Name: {w.name()}", f"{w.one('Date of Birth', 'DOB', 'Birthdate', 'Birth date', 'D.O.B.')}: {p.born()}",
        f"{w.one('SSN', 'Social Security Number', 'Social Security #', 'Soc. Sec. No.')}: {w.any.choice([p.ssn, p.bare_ssn])()}",
        f"Medicare number: {p.mbi()}", f"{w.one('Home phone', 'Cell phone', 'Home Phone #', 'Patient phone')}: {p.phone()}",
        f"{w.one('Home address', 'Patient address')}: {p.address()}, {w.one(*TOWNS)}",
        f"Emergency contact: {w.name('plain')}, {w.one('daughter', 'spouse', 'neighbor')}, {p.phone()}",
        f"Pharmacy: {w.one(*LAST)} Drug, {w.phone()}", f"Signed {w.recent()}",
    )  # fmt: skip
    return made


def patients(w: Writer) -> Written:
    made = Written("Patients screened")
    heads = [
        w.one("Patient", "Patient name", "Name"),
        w.one("DOB", "Date of Birth", "Birth Date"),
        w.one("MRN", "Medical Record Number", "Chart #", "Patient ID"),
        "Screened on",
        "Result",
    ]
    extra = w.one("mbi", "phone", "ssn", "none")
    heads += {
        "mbi": [w.one("MBI", "Medicare ID")],
        "phone": [w.one("Home phone", "Patient phone")],
        "ssn": ["SSN"],
        "none": [],
    }[extra]
    rows: Rows = [list(heads)]
    for _ in range(w.any.randint(5, 20)):
        p = Patient(w, made)
        row: list[object] = [
            w.name("sorted"),
            p.born_cell(),
            p.record(),
            w.day(2026, 2026),
            w.one("positive", "negative"),
        ]
        row += {
            "mbi": lambda p=p: [p.mbi()],
            "phone": lambda p=p: [p.phone()],
            "ssn": lambda p=p: [p.ssn()],
            "none": list,
        }[extra]()
        rows.append(row)
    made.add(f"Screening log, run {w.recent()}", rows)
    return made


def chart_note(w: Writer) -> Written:
    made = Written("Visit note")
    p, name = Patient(w, made), w.name()
    made.add(
        f"{name} ({p.born()})" if w.any.random() < 0.5 else f"{w.name('capital')}  DOB {p.born()}",
        f"{w.one('MRN', 'MRN#', 'Med Rec No.', 'Medical record number')}: {p.record()}", f"Visit {w.recent()} with {w.name('degree')}",
        f"Pt is a {YEAR - p.birth.year} y.o. who reports two falls since {w.one('March', 'July')}.", "BP 132/78, HR 71, weight 164 lb. PHQ-9 4.",
        f"Plan: PT twice a week, return {w.recent()}.",
    )  # fmt: skip
    return made


def called(w: Writer) -> Written:
    made = Written("Message about a patient")
    p = Patient(w, made)
    made.add(
        "Hi,", f"pt {w.name('plain')}, dob {p.born_short()}, mrn {p.record()}, called about the fall class.",
        f"Call the patient back at {p.phone()} before {w.recent()}.", "Thanks", w.name("plain"), f"Office {w.phone()}",
    )  # fmt: skip
    return made


def eligibility(w: Writer) -> Written:
    made = Written("Eligibility")
    for _ in range(w.any.randint(1, 5)):
        p = Patient(w, made)
        made.add(
            f"{w.one('MBI', 'Medicare ID', 'HIC/MBI', 'Beneficiary')}: {p.mbi()}  {w.name('sorted')}  {w.one('DOB', 'Born')} {p.born()}  Part B since {w.dated(w.day(2026, 2026))}"
        )
    made.add(f"Inquiry {w.digits(9)}, NPI {w.npi()}, {w.recent()}")
    return made


def discharge(w: Writer) -> Written:
    made = Written("Discharge summary")
    p = Patient(w, made)
    made.add(
        f"Patient: {w.name()}", f"Date of birth: {p.born()}", f"{w.one('Patient account', 'Account number', 'Patient acct #')}: {p.record()}",
        f"Admitted {w.recent()}, discharged {w.recent()}", f"The patient lives at {p.address()} with a caregiver.",
        f"Caregiver {w.name('plain')}, phone {p.phone()}", f"Follow-up with {w.name('title')} on {w.recent()}, {w.phone()}.",
    )  # fmt: skip
    return made


def statement(w: Writer) -> Written:
    made = Written("Statement")
    p, name = Patient(w, made), w.name("plain")
    made.add(*w.letterhead())
    made.add(
        f"Statement {w.digits(7)} of {w.recent()}", name, p.address(), w.one(*TOWNS), f"Patient ID {p.record()}   Birth date {p.born()}",
        [["Date", "Service", "Charge", "Paid"], [w.day(2026, 2026), "99490", "64.00", "51.20"], [w.day(2026, 2026), "G0439", "118.00", "94.40"]],
    )  # fmt: skip
    return made


def appointments(w: Writer) -> Written:
    made = Written("Appointments")
    rows: Rows = [["Time", "Patient", "DOB", "Reason"]]
    for number in range(w.any.randint(5, 14)):
        rows.append(
            [
                f"{8 + number // 2}:{'30' if number % 2 else '00'}",
                w.name("sorted"),
                Patient(w, made).born_cell(),
                w.one(*TOPICS),
            ]
        )
    made.add(f"Schedule of {w.name('title')}, {w.recent()}", rows)
    return made


def face_sheet(w: Writer) -> Written:
    made = Written("Face sheet")
    p = Patient(w, made)
    made.add(
        f"{w.name('capital')}   {w.one('D/O/B', 'DOB', 'Birth', 'DOB/Sex')}: {p.born()} {w.one('F', 'M', '')}",
        f"{w.one('MR#', 'MRN', 'Pt ID', 'Chart no.', 'Med. Rec. #', 'EMR no.', 'Acct')}: {p.record()}   Admit {w.recent()}",
        f"{w.one('Address', 'Addr', 'Mailing address')}: {p.address()}, {w.one(*TOWNS)}",
        f"{w.one('Tel (H)', 'Phone', 'H', 'Home tel.')}: {p.phone()}   {w.one('C', 'Cell', 'Mobile')}: {p.phone()}",
        f"{w.one('Medicare', 'MBI', 'Ins. 1 Medicare ID')} {p.mbi()}   {w.one('SS#', 'SSN', 'Soc Sec')} {w.any.choice([p.ssn, p.bare_ssn])()}",
        f"PCP {w.name('degree')}, {w.phone()}", f"Printed {w.recent()} 14:02 by u{w.digits(4)}",
    )  # fmt: skip
    return made


def sticky(w: Writer) -> Written:
    made = Written("Note")
    p = Patient(w, made)
    made.add(w.any.choice((
        lambda: f"{w.one(*LAST)} {p.born_short()} fell again, call {p.phone()}",
        lambda: f"pls pull chart {p.record()} ({w.name('plain')}, b. {p.born()})",
        lambda: f"{w.name('sorted')} - {p.born()} - {p.record()} - no show {w.recent()}",
        lambda: f"new pt {w.name('plain')}, {p.born()}, medicare {p.mbi()}",
        lambda: f"{w.name('plain')}'s ss is {p.ssn()}, birthday {p.born()}",
    ))())  # fmt: skip
    return made


WITHOUT: Sequence[Callable[[Writer], Written]] = (
    policy, staff, minutes, dashboard, referrals, partner, note, training, invoice, equipment, access_log, survey, reference,
    history,
)  # fmt: skip
WITH: Sequence[Callable[[Writer], Written]] = (
    referral, intake, patients, chart_note, called, eligibility, discharge, statement, appointments, face_sheet,
    sticky,
)  # fmt: skip


# Into files.


def _cell(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _lines(made: Written, gap: str = "   ") -> list[str]:
    said = list[str]()
    for block in made.blocks:
        if isinstance(block, str):
            said.append(block)
        else:
            said += [gap.join(map(_cell, row)) for row in block]
    return said


def as_text(made: Written) -> bytes:
    return "\n".join([made.title, *_lines(made)]).encode()


def as_table(made: Written) -> bytes:
    def quoted(value: object) -> str:
        text = _cell(value)
        return '"' + text.replace('"', '""') + '"' if set(text) & {",", '"', "\n"} else text

    rows = [row for block in made.blocks for row in ([[block]] if isinstance(block, str) else block)]
    return "\n".join(",".join(map(quoted, row)) for row in [[made.title], *rows]).encode("utf-8-sig")


def as_mail(made: Written) -> bytes:
    lines = [each for each in made.blocks if isinstance(each, str)]
    tables = [each for each in made.blocks if not isinstance(each, str)]
    files = [(f"table{number}.csv", as_table(Written("Table", [each]))) for number, each in enumerate(tables)]
    return mail("\n".join(lines) or "See the file.", files=files, subject=made.title)


def as_word(made: Written) -> bytes:
    body = [
        paragraph(*_runs(block)) if isinstance(block, str) else table([[*map(_cell, row)] for row in block])
        for block in made.blocks
    ]
    return docx(paragraph(made.title) + "".join(body), word__header1=header("Confidential, page 1 of 1"))


def _runs(text: str) -> list[str]:
    """Text in runs, as Word splits it after a correction."""
    middle = len(text) // 2
    return [text[:middle], text[middle:]]


def as_workbook(made: Written) -> bytes:
    rows = [row for block in made.blocks for row in ([[block]] if isinstance(block, str) else block)]
    return xlsx([[made.title]], [[], *rows])


def as_pdf(made: Written) -> bytes:
    lines = [
        each[at : at + 110]
        for each in [made.title, *_lines(made, "  ")]
        for at in range(0, max(1, len(each)), 110)
    ]
    return pdf(*[lines[at : at + 48] for at in range(0, len(lines), 48)], packed=True)


def as_png(made: Written) -> bytes:
    return png(Description="\n".join(_lines(made)).encode("latin-1", "replace").decode("latin-1"))


def as_jpg(made: Written) -> bytes:
    return jpg(described="\n".join(_lines(made)).encode("ascii", "replace").decode())


KINDS: Sequence[tuple[str, Callable[[Written], bytes], int]] = (
    ("txt", as_text, 4), ("csv", as_table, 4), ("eml", as_mail, 4), ("docx", as_word, 6), ("xlsx", as_workbook, 6), ("pdf", as_pdf, 5),
    ("png", as_png, 1), ("jpg", as_jpg, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A file, and what is planted in it, by kind and letters and figures."""

    name: str
    content: bytes
    planted: Counter[tuple[str, str]]


def plain(text: str) -> str:
    """Only letters and figures, so that it does not matter how a kind of file writes the rest."""
    return "".join(each for each in text.lower() if each.isalnum())


def documents() -> Iterator[Document]:
    """All three hundred, always the same."""
    turns = [each for each in KINDS for _ in range(each[2])]
    for number in range(DOCUMENTS):
        w = Writer(SEED + number)
        writers = WITH if number % 2 else WITHOUT
        made = writers[number // 2 % len(writers)](w)
        ending, put, _ = turns[(number // 2 * 7 + number) % len(turns)]
        planted = Counter((kind, plain(text)) for kind, text in made.planted)
        yield Document(f"document-{number + 1}.{ending}", put(made), planted)
