"""How the numbers, dates and addresses of patients are written, as expressions; `it` is what is found.

An expression of a thing that is found only behind a word (`date of birth`) holds that word before `it`.
Repetitions are bounded or cannot begin inside of one another, so that no text takes long to be searched.
"""

import re
import unicodedata


class _Alike(dict[int, str]):
    """Signs that look like others, so that each is sought once: dashes, blanks, signs of full width."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        self[code] = plain if len(plain) == 1 and plain.isascii() else chr(code)
        return self[code]


ALIKE = _Alike(
    dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-")
    | dict.fromkeys((0x2044, 0x2215), "/")
)
# Signs that nobody sees, which are left out before anything is sought.
UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def _any(*parts: str) -> str:
    return f"(?:{'|'.join(parts)})"


def _boxes(*places: str) -> str:
    """Signs each of which stands in a box of its own, as on a form."""
    return r"[ \t|]{1,3}".join(places)


_FIGURE = "[0-9]"
_BETWEEN = r"[\s._/|:-]{0,4}"  # between groups of a number; a line or a cell may end there
_APART = r"[\s|-]{1,5}"  # between groups of boxes
_BROKEN = r"-?(?:\r?\n)?"  # within a group, which a hyphen or the end of a line may part
_DASH = r"(?: ?- ?(?:\r?\n)?)"

# CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format": what each of the 11 places may hold.
# The letters S, L, O, I, B and Z are never used; hyphens are for reading only.
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_GROUPS = (
    ("[1-9]", _LETTER, _EITHER, _FIGURE), (_LETTER, _EITHER, _FIGURE), (_LETTER, _LETTER, _FIGURE, _FIGURE),
)  # fmt: skip
_MBI = (
    "(?:(?<![0-9A-Z])|(?<=MBI)|(?<=HIC)|(?<=HICN))"
    + _any(_BETWEEN.join(map(_BROKEN.join, _GROUPS)), _APART.join(_boxes(*each) for each in _GROUPS))
    + "(?![0-9A-Z])"
)
# SSA, POMS RM 10201.030: no area 000, 666 or 900 to 999, no group 00, no serial number 0000.
_AREA, _GROUP, _SERIAL = "(?!000|666)[0-8][0-9]{2}", "(?!00)[0-9]{2}", "(?!0000)[0-9]{4}"
_SSN = (
    rf"(?<![0-9])(?<![0-9]-)(?:{_AREA}{_DASH}{_GROUP}{_DASH}|{_AREA}(?P<mark>[ ./_]){_GROUP}(?P=mark))"
    rf"{_SERIAL}(?!-?[0-9])"
)
_BARE_SSN = _any(
    rf"{_AREA}{_BETWEEN}{_GROUP}{_BETWEEN}{_SERIAL}(?![0-9])",
    _APART.join(_boxes(*[_FIGURE] * count) for count in (3, 2, 4)) + "(?![0-9])",
)
# A spreadsheet leaves out zeros at the beginning, or writes a number as one times a power of ten.
_SHORT_SSN = r"(?:[0-9]{7,8}(?![0-9-])|[1-9]\.[0-9]{6,8}E\+?0?[78](?![0-9]))"
# A claim number of before the MBI: the Social Security number of whoever earned it, with a letter or two.
_CLAIM = rf"{_AREA}{_GROUP}{_SERIAL}-?[A-Z][0-9A-Z]?(?![0-9A-Z])"
_CLAIMS = (
    r"\b(?:hicn?|health insurance claim|medicare(?: claim| id| card| beneficiary)?)"
    r"(?:[\s_]?(?:number|num\b|no\b\.?|nbr\b|id\b|#))?"
)
_SOCIAL = (
    r"(?:s\.?s\.?n(?:umber|um|o|br|s)?(?![a-z])\.?|\bs\.?s\.? ?(?:#|no\b\.?)"
    r"|\bREF\*SY|\bsoc\b\.?|seguro social|\bsocial(?= is\b)|soc(?:ial|\.)?[\s_-]{0,2}sec(?:urity|\.)?)"
    r"(?:[\s_-]?(?:number|num\b|no\b\.?|nbr\b|#))?(?:[0-9]{1,2}(?=[:=]))?(?: ?(?:or|/) ?i?tin\b)?"
)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_MARKED = _any(
    *(rf"[0-9]{{1,2}}{mark}[0-9]{{1,2}}{mark}(?P<year_{name}>[0-9]{{4}}|[0-9]{{2}})"
      for mark, name in ((" ?/ ?", "a"), (" ?- ?", "b"), (r"\.", "c"), (" ", "d"), ("_", "e")))
)  # fmt: skip
_TWO_AND_TWO = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"  # month and day
_DATE = _any(
    rf"(?<![0-9])(?<![0-9][/.-]){_MARKED}(?![0-9/])",
    r"(?<![0-9])(?P<year_first>[12][0-9]{3})[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])",
    rf"(?<![0-9])(?P<year_plain>19[0-9]{{2}}){_TWO_AND_TWO}(?![0-9])",
    rf"\b{_MONTH}\s[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s(?P<year_english>[0-9]{{4}})\b",
    rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?(?:[-\s]?|\sof\s){_MONTH}[-,\s]{{0,2}}(?P<year_named>[0-9]{{4}}|[0-9]{{2}})\b",
)
# What is a date only where something says so.
_PLAIN_DATE = _any(f"{_TWO_AND_TWO}(?:19|20)[0-9]{{2}}(?![0-9])", f"20[0-9]{{2}}{_TWO_AND_TWO}(?![0-9])")
_BIRTH = (
    r"(?:dob(?![a-z])|\bd[./ ]{0,2}o[./ ]{0,2}b\b\.?|date[\s_]{0,3}of[\s_]{0,3}birth"
    r"|birth[\s_-]{0,2}(?:date|day|dt|time)(?![a-z])|\bbday\b|\bnacimiento\b|\bbirth\b"
    r"|\bborn\b(?:\son\b)?(?:\sthe\b)?|(?<=, )b\."
    r"|\bDMG\*D8)(?:/(?:sex|age|gender)\b)?"
)
# Letters of names: Latin, Greek and Cyrillic, and the marks that stand behind one as a sign of their own.
_CAPITALS = "A-Z" + "".join(each for each in map(chr, range(0xC0, 0x530)) if each.isupper())
_LETTERS = rf"{_CAPITALS}a-z'\u2019\u0300-\u036f-" + "".join(
    each for each in map(chr, range(0xAA, 0x530)) if each.isalpha() and not each.isupper()
)
_WORD = rf"[{_CAPITALS}][{_LETTERS}]{{1,30}}"
_NAME = rf"(?<![{_LETTERS}]){_WORD}(?:, ?{_WORD}| (?:[{_CAPITALS}]\.? )?{_WORD})"
# A name before a date, at the end of what stands before it in its line.
NAMED, BEFORE = re.compile(rf"{_NAME}(?P<gap>[^\n0-9]{{0,25}})\Z"), 100
# A name in small letters is one only where it begins its line and the date follows at once.
_SMALL = rf"(?![{_LETTERS}]*[{_CAPITALS}])[{_LETTERS}]{{2,30}}"
SMALL = re.compile(rf"\A\s{{0,20}}{_SMALL}(?:, ?| (?:[a-z]\.? )?){_SMALL}(?P<gap>[ ,(]{{1,3}})\Z")

# What else may have happened on a day that stands beside a name, or in a column that is called by it.
EVENT = re.compile(
    r"(?i)\b(?:on|as of|since|until|from|through|hired?|joined|start(?:ed)?|seen|visit|complet\w*|review\w*"
    r"|revised|approved|signed|dated|effective|certifi\w*|licen\w*|expir\w*|train\w*|bought|calibrat\w*|admit\w*"
    r"|discharged?|due|service|center|hospital|university|college|school|agreement"
    r"|MD|DO|NP|RN|PA|MA|LPN|CNA|DDS|PhD|PharmD)\b"
)

# Words that stand before dates, and in no name: in small letters they would look like one.
NO_NAME = re.compile(
    r"\b(?:last|next|date|updated?|created|printed|published|issued|edited|rev|version|form|of|the|and|in|at|by|to|for"
    r"|was|is|with|after|before|a|an|our|meeting|call|note|week|month|ending|beginning|period|year|day)\b"
)
# What is called so is a paper, and nobody: Fall Policy, with its date.
PAPER = re.compile(
    r"(?i)\b(?:policy|minutes|protocol|procedure|report|log|training|certificate|agenda|invoice|plan|program"
    r"|manual|version|handbook|guideline|schedule|roster|survey|contract|audit|checklist|worksheet|screening)s?\b"
)

_RECORDED = (
    r"(?:m\.?r\.?n(?![a-z])\.?|\bm\.?r\.? ?(?:#|no\b\.?)|\b(?:medical|health|patient|hospital)[ _]record"
    r"|\brecord ?(?=#|no\b|number)|\bpatient ?(?=#|no\b|number)|\bmed(?:ical|\.)?[ _]rec\.?|\bchart\b|empi\b"
    r"|(?:patient|\bpat|\bpt)\.?[ _]?(?:id(?![a-z])|identifier|account|acct)\.?)"
    r"(?:[ _]?(?:numbers?|num\b|nbr\b|no\b\.?|id\b|#)){0,4}"
)
# A month, a day and a year are none, though some numbers of charts look so.
_NO_DATE = (
    r"(?![12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9]))"
    r"(?!(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])-(?:20)?2[0-9](?![0-9-]))"
)
_RECORD = rf"{_NO_DATE}(?=(?:[A-Z-]{{0,12}}[0-9]){{4}})[A-Z0-9][A-Z0-9-]{{3,15}}(?![0-9A-Z/])"

_SOMEBODY = (  # but PT is physical therapy
    r"\b(?:(?i:patient|member|beneficiary|guardian|caregiver|next of kin|emergency contact|home)s?|[Pp]ts?)\b"
)
# Words that stand for a patient's own beside what names one, and for anybody's elsewhere.
_OWN = (
    r"(?:\b(?:cell|mobile|phone|tel(?:ephone)?|home|daughter|son|wife|husband|spouse|family)\b|\b[hc]:|\([hc]\)"
    r"|\breach (?:her|him|them)\b)"
)
_NO_FAX = r"(?![^\n]{0,80}\bfax)"  # who has one is no patient
_LIVING = r"(?:\b(?:address|addr|resid(?:es|ing)|lives|street:)|\bN3\*)"
_PHONE = (
    r"(?<![0-9-])(?:\+?1[-. ]?)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}"
    r"(?![0-9-])"
)
_PLAIN_PHONE = r"(?<![0-9-])1?[2-9][0-9]{2}[2-9][0-9]{6}(?![0-9-])"
_CALLED = r"(?:phone|cell|mobile|\btel)(?:[ _]?(?:number|no|num|nbr)\b)?\.?"
_WAY = (
    r"(?i:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|circle|cir|"
    r"terrace|ter|trail|highway|hwy|parkway|pkwy)"
)
_ADDRESS = _any(
    rf"\b[0-9]{{1,6}} (?:[NSEW]{{1,2}}\.? )?(?:[0-9A-Z][0-9A-Za-z'\u2019-]{{0,30}} ){{1,3}}{_WAY}\b\.?"
    r"(?:,? (?i:apt|unit|suite|ste|#)\.? ?[0-9A-Z-]{1,10})?",
    r"\bP\.? ?O\.? Box [0-9]{1,8}",
)
# Between a word and what it names: a form puts a line or a bar there, or says how it is to be written.
_SAYS = r"(?:\[[0-9]\])?(?:[\s_]?\([^()\n]{1,40}\))?(?: value)?"
_SIGNS, _IS = (
    r"""[\s:;=.,()|#"'*^<>{}~_\[\]\u2018\u2019\u201c\u201d\u2022\u2192\xab\xbb\xb7-]""",
    r"(?:(?:is|was)[\s:]{1,2})?",
)
_LEADERS = r"[. _]{13,60}"
_GAP = rf"{_SAYS}(?:{_LEADERS}|{_SIGNS}{{0,12}}){_IS}"
_WIDE_GAP = rf"{_SAYS}(?:{_LEADERS}|{_SIGNS}{{1,12}}|(?=[0-9])){_IS}"
_NEAR = r"[^\n]{0,60}?"


def _after(label: str, gap: str, it: str, mode: str = "(?i)") -> re.Pattern[str]:
    return re.compile(rf"{mode}{label}{gap}(?P<it>{it})")


def _field(number: int, it: str) -> re.Pattern[str]:
    """A field of the line in which an HL7 message says who a patient is."""
    return re.compile(rf"^PID(?:\|[^|\n]{{0,200}}){{{number - 1}}}\|(?P<it>{it})", re.MULTILINE)


# Words that may say what a thing is, which is all that a heading adds to its cells.
NAMING = re.compile(
    "|".join((f"(?i:{_SOCIAL})", f"(?i:{_BIRTH})", f"(?i:{_RECORDED})", _SOMEBODY, f"(?i:{_OWN})",
              r"(?i:\baddress|\bstreet)"))
)  # fmt: skip

# A heading that is nothing else: in any row it stands above cells, while others do so in the first rows only.
HEADED = re.compile(rf"(?i)\W*(?:patient'?s?[ _]?)?(?:{_SOCIAL}|{_BIRTH}|{_RECORDED})[^\n0-9]{{0,15}}")

# Words one of which is in whatever an expression finds in plain letters, small ones: a text without them, as
# most rows of most tables are, need not be searched for it.
_SIGN_OR_TWO = [first + second for first in "./ " for second in ("", *"./ ")]
_SOCIAL_WORDS = ("ss", "s.s", "soc", "ref*sy")
_BIRTH_WORDS = (
    "birth", "born", "dob", "bday", "nacimiento", ", b.", "dmg*d8",
    *(f"d{signs}o" for signs in _SIGN_OR_TWO), *(f"do{signs}b" for signs in _SIGN_OR_TWO),
)  # fmt: skip
_RECORDED_WORDS = ("mr", "m.r", "rec", "chart", "empi", "pat", "pt")
_SOMEBODY_WORDS = (
    "patient", "member", "beneficiar", "guardian", "caregiver", "next of kin", "emergency contact", "home",
    "pt",
)  # fmt: skip
_OWN_WORDS = (
    "cell", "mobile", "phone", "tel", "home", "daughter", "son", "wife", "husband", "spouse", "family", "h:",
    "c:", "(h)", "(c)", "reach ",
)  # fmt: skip
_CALLED_WORDS, _LIVING_WORDS = (
    ("phone", "cell", "mobile", "tel"),
    ("addr", "resid", "lives", "street:", "n3*"),
)

# What is sought, with such words where there are some, in the order in which it is taken: what is the plainer
# sign comes first.
SOUGHT: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("mbi", (), re.compile(rf"(?i)(?P<it>{_MBI})")),
    ("ssn", (), re.compile(rf"(?P<it>{_SSN})")),
    ("ssn", _SOCIAL_WORDS, _after(_SOCIAL, _GAP, _any(_BARE_SSN, _SHORT_SSN))),
    ("ssn", ("hic", "claim", "medicare"), _after(_CLAIMS, _GAP, _CLAIM)),
    ("birth_date", _BIRTH_WORDS, _after(_BIRTH, _GAP, _any(_DATE, _PLAIN_DATE))),
    ("record_number", _RECORDED_WORDS, _after(_RECORDED, _WIDE_GAP, _RECORD)),
    ("named_date", (), re.compile(f"(?i)(?P<it>{_DATE})")),
    ("phone", _SOMEBODY_WORDS, _after(_SOMEBODY, _NEAR, _PHONE, "")),
    ("address", _SOMEBODY_WORDS, _after(_SOMEBODY, _NEAR, _ADDRESS, "")),
    ("own_phone", _OWN_WORDS, _after(_OWN + _NO_FAX, _NEAR, _PHONE)),
    ("own_phone", _CALLED_WORDS, _after(_CALLED + _NO_FAX, _GAP, _PLAIN_PHONE)),
    ("own_address", _LIVING_WORDS, _after(f"(?i:{_LIVING})", _NEAR, _ADDRESS, "")),
)

# What is sought in a text that has such a sign: a message of HL7 version 2, whose fields have no words.
MESSAGE = "PID|"
FIELDS = (
    ("birth_date", _field(7, "[12][0-9]{7}")), ("record_number", _field(3, "[A-Z0-9-]{4,16}")),
    ("phone", _field(13, _PHONE)), ("address", _field(11, _ADDRESS)),
)  # fmt: skip

# What is sought in the lines below one that has such a word and no figure, as the headings of a table have.
BELOW = (
    ("ssn", re.compile(_SOCIAL, re.IGNORECASE), re.compile(rf"(?<![0-9-])(?P<it>{_BARE_SSN})(?![0-9-])")),
    ("old_date", re.compile(_BIRTH, re.IGNORECASE), re.compile(f"(?i)(?P<it>{_DATE})")),
    ("phone", re.compile(rf"{_SOMEBODY}[^\n]{{0,40}}?(?i:phone|tel\b)"), re.compile(f"(?P<it>{_PHONE})")),
    ("record_number", re.compile(_RECORDED, re.IGNORECASE), re.compile(f"(?<![0-9A-Z-])(?P<it>{_RECORD})")),
)
HEADING = re.compile(r"^[^\n0-9]{3,300}$(?=\n[^\n]*[0-9])", re.MULTILINE)
ROW = re.compile(r"\n([^\n]*[0-9][^\n]*)")
