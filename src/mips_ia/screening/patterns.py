"""How the numbers, dates and addresses of patients are written, as expressions; `it` is what is found.

An expression of a thing that is found only behind a word (`date of birth`) holds that word before `it`.
"""

import re

# Signs that look like others, so that each is sought once: dashes, blanks, figures of full width.
ALIKE = {
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " "),
    **{0xFF10 + figure: str(figure) for figure in range(10)},
}


def _any(*parts: str) -> str:
    return f"(?:{'|'.join(parts)})"


# CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format": what each of the 11 places may hold.
# The letters S, L, O, I, B and Z are never used; hyphens are for reading only.
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_DASH = r"(?: ?- ?(?:\r?\n)?)"  # lines may be broken behind a hyphen
_HYPHEN = f"(?:{_DASH}|[ .])?"
_MBI = (
    rf"(?<![0-9A-Z])[1-9]{_LETTER}{_EITHER}[0-9]{_HYPHEN}{_LETTER}{_EITHER}[0-9]{_HYPHEN}{_LETTER}{_LETTER}"
    r"[0-9]{2}(?![0-9A-Z])"
)
# SSA, POMS RM 10201.030: no area 000, 666 or 900 to 999, no group 00, no serial number 0000.
_AREA, _GROUP, _SERIAL = "(?!000|666)[0-8][0-9]{2}", "(?!00)[0-9]{2}", "(?!0000)[0-9]{4}"
_SSN = (
    rf"(?<![0-9-])(?:{_AREA}{_DASH}{_GROUP}{_DASH}|{_AREA} {_GROUP} |{_AREA}\.{_GROUP}\.)"
    rf"{_SERIAL}(?![0-9-])"
)
_BARE_SSN = rf"{_AREA}{_HYPHEN}{_GROUP}{_HYPHEN}{_SERIAL}(?![0-9])"
_SHORT_SSN = r"[0-9]{7,8}(?![0-9-])"  # a spreadsheet leaves out zeros at the beginning
_SOCIAL = r"\b(?:ssn|ss ?#|soc(?:ial|\.)? ?sec(?:urity|\.)?)(?: ?(?:number|num\b|no\b\.?|#))?"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MARKED = _any(
    *(rf"[0-9]{{1,2}}{mark}[0-9]{{1,2}}{mark}(?P<year_{name}>[0-9]{{4}}|[0-9]{{2}})"
      for mark, name in (("/", "a"), ("-", "b"), (r"\.", "c"), (" ", "d")))
)  # fmt: skip
_DATE = _any(
    rf"(?<![0-9/.-]){_MARKED}(?![0-9/])",
    r"(?<![0-9])(?P<year_first>[12][0-9]{3})[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])",
    r"(?<![0-9])(?P<year_plain>19[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
    rf"\b{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?P<year_english>[0-9]{{4}})\b",
    rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?[- ]{_MONTH}[-, ]{{1,2}}(?P<year_named>[0-9]{{4}}|[0-9]{{2}})\b",
)
_BIRTH = r"\b(?:d\.? ?o\.? ?b\b\.?|date of birth|birth[ _-]?(?:date|day)|born(?: on)?\b)"
_NAME = r"\b[A-Z][A-Za-z'\u2019-]+(?:, ?[A-Z][A-Za-z'\u2019-]+| (?:[A-Z]\.? )?[A-Z][A-Za-z'\u2019-]+)"

# What else may have happened on a day that stands beside a name, or in a column that is called by it.
EVENT = re.compile(
    r"(?i)\b(?:on|since|until|from|through|hired?|joined|start(?:ed)?|seen|visit|complet\w*|review\w*|revised"
    r"|approved|signed|dated|effective|certifi\w*|licen\w*|expir\w*|train\w*|bought|calibrat\w*|admit\w*"
    r"|discharged?|due|service|MD|DO|NP|RN|PA|MA|LPN|CNA|DDS|PhD|PharmD)\b"
)

_RECORDED = (
    r"\b(?:m\.?r\.?n\b\.?|(?:medical|health|patient) record|med\.? rec\.?|chart\b|empi\b"
    r"|(?:patient|pt\.?)[ _](?:id|identifier|account|acct)\b\.?)(?:[ _]?(?:numbers?|num\b|no\b\.?|id\b|#))*"
)
_NO_DATE = r"(?![12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9]))"
_RECORD = rf"(?<![0-9A-Z]){_NO_DATE}(?=[A-Z0-9-]*[0-9]{{4}})[A-Z0-9][A-Z0-9-]{{3,15}}(?![0-9A-Z/])"

_SOMEBODY = (  # but PT is physical therapy
    r"\b(?:(?i:patient|member|beneficiary|guardian|caregiver|next of kin|emergency contact|home)s?|[Pp]ts?)\b"
)
# Words that stand for a patient's own beside what names one, and for anybody's elsewhere.
_OWN = r"(?:\b(?:cell|mobile|phone|tel(?:ephone)?|home)\b|\b[hc]:|\([hc]\))"
_NO_FAX = r"(?![^\n]{0,80}\bfax)"  # who has one is no patient
_LIVING = r"\b(?:address|addr|resid(?:es|ing)|lives)\b"
_PHONE = (
    r"(?<![0-9-])(?:\+?1[-. ]?)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}"
    r"(?![0-9-])"
)
_WAY = (
    r"(?i:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|circle|cir|"
    r"terrace|ter|trail|highway|hwy|parkway|pkwy)"
)
_ADDRESS = _any(
    rf"\b[0-9]{{1,6}} (?:[NSEW]{{1,2}}\.? )?(?:[0-9A-Z][0-9A-Za-z'\u2019-]* ){{1,3}}{_WAY}\b\.?"
    r"(?:,? (?i:apt|unit|suite|ste|#)\.? ?[0-9A-Z-]+)?",
    r"\bP\.? ?O\.? Box [0-9]+",
)
_GAP = r"[\s:=.,()|#-]{1,12}"  # between a word and what it names; a form puts a line or a bar there
_NEAR = r"[^\n]{0,60}?"


def _after(label: str, gap: str, it: str, mode: str = "(?i)") -> re.Pattern[str]:
    return re.compile(rf"{mode}{label}{gap}(?P<it>{it})")


# Words that may say what a thing is, which is all that a heading adds to its cells.
NAMING = re.compile(
    "|".join((f"(?i:{_SOCIAL})", f"(?i:{_BIRTH})", f"(?i:{_RECORDED})", _SOMEBODY, f"(?i:{_OWN})"))
)

# What is sought, in the order in which it is taken: what is the plainer sign comes first.
SOUGHT = (
    ("mbi", re.compile(rf"(?i)(?P<it>{_MBI})")),
    ("ssn", re.compile(rf"(?P<it>{_SSN})")),
    ("ssn", _after(_SOCIAL, _GAP, _BARE_SSN)),
    ("ssn", _after(_SOCIAL, _GAP, _SHORT_SSN)),
    ("birth_date", _after(_BIRTH, _GAP, _DATE)),
    ("record_number", _after(_RECORDED, _GAP, _RECORD)),
    ("named_date", re.compile(rf"{_NAME}(?P<gap>[^\n0-9]{{0,25}})(?P<it>(?i:{_DATE}))")),
    ("phone", _after(_SOMEBODY, _NEAR, _PHONE, "")),
    ("address", _after(_SOMEBODY, _NEAR, _ADDRESS, "")),
    ("own_phone", _after(_OWN + _NO_FAX, _NEAR, _PHONE)),
    ("own_address", _after(f"(?i:{_LIVING})", _NEAR, _ADDRESS, "")),
)

# What is sought in the lines below one that has such a word and no figure, as the headings of a table have.
BELOW = (
    ("ssn", re.compile(_SOCIAL, re.IGNORECASE), re.compile(rf"(?<![0-9-])(?P<it>{_BARE_SSN})(?![0-9-])")),
    ("named_date", re.compile(_BIRTH, re.IGNORECASE), re.compile(f"(?i)(?P<it>{_DATE})")),
    ("phone", re.compile(rf"{_SOMEBODY}[^\n]{{0,40}}?(?i:phone|tel\b)"), re.compile(f"(?P<it>{_PHONE})")),
    ("record_number", re.compile(_RECORDED, re.IGNORECASE), re.compile(f"(?P<it>{_RECORD})")),
)
HEADING = re.compile(r"^[^\n0-9]{3,300}$", re.MULTILINE)
ROW = re.compile(r"\n([^\n]*[0-9][^\n]*)")
