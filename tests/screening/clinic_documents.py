"""Documents of a clinic in layouts that nobody had in mind who wrote the expressions: the held-out corpus.

They were written down, and measured, before anything was mended for them. Everybody in them is invented.
What names a patient stands in double brackets behind its kind: `[[mbi|1EG4-TE5-MK73]]`. A line is a
paragraph; a line with ` ¦ ` is a row of a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from clinic_files import MADE
from practice_documents import KINDS, Document, Written, plain

_PLANTED = re.compile(r"\[\[(\w+)\|(.*?)\]\]", re.DOTALL)

# Documents that name patients: the kinds of file in which each is put, a title, and what it says.
NAMING: tuple[tuple[str, str, str], ...] = (
    ("xlsx csv", "Fall screening log", """
Site 2, hallway clipboard, typed up
Seq ¦ Pt initials ¦ DOB (mm/dd/yyyy) ¦ TUG sec ¦ Result
1 ¦ J.D. ¦ [[birth_date|03/02/1948]] ¦ 14.2 ¦ positive
2 ¦ R.O. ¦ [[birth_date|11/30/1951]] ¦ 9.8 ¦ negative
3 ¦ T.V. ¦ [[birth_date|07/19/1939]] ¦ 21.0 ¦ positive"""),
    ("csv xlsx", "Export", """
PAT_ID ¦ PAT_DOB ¦ PATIENT_SSN ¦ MEDICARE_NO ¦ LAST_VISIT
[[record_number|44120097]] ¦ [[birth_date|1944-02-11]] ¦ [[ssn|123456789]] ¦ [[mbi|3C77M20YA11]] ¦ 2026-03-04
[[record_number|44120098]] ¦ [[birth_date|1950-10-01]] ¦ [[ssn|219099999]] ¦ [[mbi|9WX4TT6NY20]] ¦ 2026-03-05"""),
    ("docx pdf", "Referral to podiatry", """
Granite Physiatry, 40 Harbor Ave, Suite 210, Keene, NH 03431
March 3, 2026
Re: Ines Whitfield
Date of birth (month/day/year): [[birth_date|04/17/1946]]
Medicare Number is [[mbi|2AK9-RN4-PQ08]]
Dear colleague, thank you for seeing this 80-year-old woman with neuropathy and two falls.
She lives alone at [[address|218 Tannery Court]]. Reach her at [[phone|603-555-0144]] after ten."""),
    ("txt eml", "ADT", """
MSH|^~\\&|EHR|KEENE|LAB|KEENE|20260304081500||ADT^A04|00017|P|2.3
PID|1||[[record_number|0044556]]^^^MRN||BRANDT^WALTER^J||[[birth_date|19480302]]|M|||[[address|12 Elm St]]^^KEENE^NH^03431||[[phone|(603)555-0136]]|||||||[[ssn|212-44-8103]]
PV1|1|O|CLINIC^2"""),
    ("txt", "Eligibility inquiry 270", """
ISA*00*          *00*          *ZZ*000000024*ZZ*CMS*260304*0815*^*00501*000000907*0*P*:~
NM1*IL*1*MOREAU*GRACE****MI*[[mbi|5T44PE8UD61]]~
REF*SY*[[ssn|318227704]]~
N3*[[address|77 Birch Lane]]~
DMG*D8*[[birth_date|19370910]]*F~"""),
    ("txt eml", "Bundle", """
{"resourceType": "Patient", "identifier": [{"system": "http://hl7.org/fhir/sid/us-mbi", "value": "[[mbi|8R41EA7GH33]]"},
{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "[[ssn|401-55-9120]]"}],
"birthDate": "[[birth_date|1941-12-07]]", "telecom": [{"system": "phone", "value": "[[phone|802-555-0190]]"}]}
{"mrn": "[[record_number|7719203]]", "ssn": "[[ssn|402559121]]", "dob": "[[birth_date|1941-12-08]]"}"""),
    ("pdf txt", "Medicare card, photocopied and typed", """
MEDICARE HEALTH INSURANCE
Name/Nombre
PETE IBARRA
Medicare Number/Número de Medicare
[[mbi|6J12-HV3-WX45]]
Entitled to/Con derecho a  HOSPITAL (PART A)  03-01-2016"""),
    ("docx pdf", "Claim form, boxes", """
1a. INSURED'S I.D. NUMBER  [[mbi|7 F G 0 - K T 9 - D D 7 2]]
3. PATIENT'S BIRTH DATE  MM DD YY  [[birth_date|05 21 1949]]   SEX  F
Social Security No.  [[ssn|3 0 5 - 6 6 - 1 2 1 2]]
5. PATIENT'S ADDRESS (No., Street)  [[address|9 Sewall Place]]   TELEPHONE ([[phone|207) 555-0177]]"""),
    ("docx xlsx", "Registration, cells", """
Last name ¦ Haddad ¦ First name ¦ Noor
SSN ¦ [[ssn|416 | 02 | 7788]] ¦ Sex ¦ F
Medicare ¦ [[mbi|4GX1 | MM2 | RT67]] ¦ Part ¦ B
Birthdate ¦ [[birth_date|Mar. 9, 1940]] ¦ Marital ¦ W"""),
    ("txt docx", "Telephone slip", """
WHILE YOU WERE OUT
To: Dr. Strand   Date: 3/4/26   Time: 10:15
M: daughter of pt Olga Petrov   dob [[birth_date|2-14-1938]]
Phone: [[phone|(978) 555-0111]]   [x] Telephoned  [x] Please call
Message: fell Tuesday. Medicare # [[mbi|1eg4te5mk73]]"""),
    ("eml txt", "FW: refill", """
> On Mar 4, 2026, at 8:02 AM, front desk wrote:
>> Mrs. Yoder (DOB: [[birth_date|6/30/1935]]) wants her refill.
>> Her social is [[ssn|527-90-3344]] if the pharmacy asks, Medicare [[mbi|3NP0-CC4-FJ19]].
>> cell [[phone|207.555.0188]]
Sent from my phone"""),
    ("csv", "Sign-in sheet", """
Time ¦ Print your name ¦ Birth date ¦ Arrived for ¦ Initials
8:05 ¦ Abel Pell ¦ [[birth_date|9/9/44]] ¦ balance class ¦ AP
8:10 ¦ Lena Vance ¦ [[birth_date|12/25/47]] ¦ balance class ¦ LV
8:12 ¦ Mei Kim ¦ [[birth_date|1/31/1950]] ¦ balance class ¦ MK"""),
    ("csv xlsx", "EHR audit export", """
EventTime ¦ UserId ¦ Action ¦ PatientMRN ¦ Workstation
2026-03-04 08:01:22 ¦ u10233 ¦ View chart ¦ [[record_number|E0091827]] ¦ WS-0417
2026-03-04 08:03:10 ¦ u10233 ¦ Print AVS ¦ [[record_number|E0091828]] ¦ WS-0417"""),
    ("txt", "Audit log, one line each", """
2026-03-04T08:01:22Z user=u10233 action=view pat_mrn=[[record_number|55019283]] pat_dob=[[birth_date|1943-08-19]] ws=0417
2026-03-04T08:04:55Z user=u10233 action=view pat_mrn=[[record_number|55019284]] pat_dob=[[birth_date|1952-01-02]] ws=0417"""),
    ("pdf docx", "Discharge instructions", """
Patient Name: MARCUS OKAFOR          Med Rec No: [[record_number|44-87-1203]]
Admit: 02/27/2026   Disch: 03/01/2026   Age: 77 Y   DOB : [[birth_date|10 / 12 / 1948]]
PCP: Thuy Nguyen, MD (603) 555-0100
Home health will come to [[address|1400 Old County Road]]."""),
    ("docx pdf", "Patient letter", """
March 9, 2026
Hollis Castellanos
[[address|31 Mill Pond Drive, Apt 4]]
Bath, ME 04530
Dear Hollis,
Our records show that you are due for your annual wellness visit. Your account number is [[record_number|90017264]].
Call us at (207) 555-0100."""),
    ("pdf txt", "Lab result", """
BRANDT, DELIA M          F  71Y   DOB:[[birth_date|08/15/1954]]   MRN:[[record_number|0098812]]
Collected 02/20/2026 07:40   Ordered by MCKENNA, BRIGID
25-OH VITAMIN D   18.2   L   ng/mL   30.0-100.0"""),
    ("docx", "Care conference", """
Attendees: J. Strand MD, R. Pell RN, patient, patient's son (call [[phone|978-555-0123]])
Walter was born [[birth_date|July 4, 1942]] in Salem and worked as a machinist.
Chart: [[record_number|334417]]. Goals: stay at home."""),
    ("eml", "Transfer", """
S: transfer of W.B., SSN [[ssn|545.61.2020]], D.O.B [[birth_date|22 June 1936]]
B: hip fracture, facility record # [[record_number|A-7781-04]]
A: stable
R: bed by 3 pm, report to (603) 555-0101"""),
    ("xlsx", "Call list for recalls", """
Patient ¦ Mobile ¦ Home ¦ Street ¦ Born
Winona Szabo ¦ [[phone|207-555-0161]] ¦ [[phone|207-555-0162]] ¦ [[address|15 Congress St]] ¦ [[birth_date|1939-05-05]]
Tomás Lindqvist ¦ [[phone|207-555-0163]] ¦  ¦ [[address|801 Harbor Ave]] ¦ [[birth_date|1946-06-16]]"""),
    ("txt pdf", "Incident report", """
Person involved: [ ] visitor [x] patient [ ] staff     MR #: [[record_number|1180233]]
Social Security Number (last four are enough): [[ssn|611 22 9087]]
Describe: slipped near the water cooler, no injury. Family notified at [[phone|(802) 555-0155]] (daughter)."""),
    ("docx", "Consent", """
I, Jamal Abernathy (date of birth the [[birth_date|3rd of May, 1951]]), agree to the balance program.
Medicare beneficiary: [[mbi|9A00AA0AA00]]
Signature ______  Date 3/5/2026"""),
    ("txt", "Dictation", """
DICTATED BUT NOT READ. This is Dr. Strand on patient Ruth Delacroix, medical record number [[record_number|60021]], date of
birth [[birth_date|January 9, 1947]], Medicare number [[mbi|2XY8
-AC1-CD34]]. She returns for her knee."""),
    ("txt docx", "Wrapped", """
The beneficiary, Medicare number [[mbi|7KM3
PQ2
RT55]], and her spouse (SSN [[ssn|430
12
9876]]) were both seen."""),
    ("txt csv", "Copied from a web page", """
Medicare number [[mbi|1\u200bEG4\u200b-TE5\u200b-MK72]] and [[mbi|4\u00adHN7\u00ad-UU1-VW90]]
Full width [[mbi|\uff11\uff25\uff27\uff14\uff0d\uff34\uff25\uff15\uff0d\uff2d\uff2b\uff17\uff11]], SSN [[ssn|\uff12\uff11\uff19\u2212\uff14\uff15\u2212\uff16\uff17\uff18\uff11]]
Narrow [[mbi|5EE5\u202fGG5\u202fHH55]], SSN [[ssn|219\u00a045\u00a06782]]"""),
    ("txt xlsx", "Scribbles", """
MBI#[[mbi|8WW2AD3CE44]]/SS#[[ssn|219456783]]/DOB[[birth_date|09141945]]
HICN/MBI_[[mbi|8WW2_AD3_CE45]]
medicareid=[[mbi|8ww2ad3ce46]];patientSSN=[[ssn|219456784]];birthdate=[[birth_date|1945-09-15]]
ID:MBI[[mbi|8WW2AD3CE47]]  SSN[[ssn|219-45-6785]]
His social security number is [[ssn|219456786]], hers: [[ssn|219/45/6787]]"""),
    ("pdf", "Superbill", """
ACCT 771002   DOS 03/04/2026   PROV STRAND J MD NPI 1234567893
PT  ABERNATHY SOO-JIN   DOB [[birth_date|30-SEP-1949]]   INS MEDICARE B  POL [[mbi|1PP9-FF8-GG76]]
99213  M17.11  $142.00     20610  $96.00"""),
    ("docx", "Vaccine record", """
Vaccine ¦ Date ¦ Lot ¦ Given by
Patient: Marcus Pell, DOB: [[birth_date|2/2/1944]] ¦ ¦ ¦
Influenza HD ¦ 10/02/2025 ¦ UT7741A ¦ RN Yoder
Patient MBI [[mbi|6UU6-YY1-TT09]] ¦ ¦ ¦"""),
    ("png", "Scan", """
Scanned 3/4/2026, patient Grace Yoder, DOB [[birth_date|1/3/1937]], MBI [[mbi|3VV3-XY2-AC01]]"""),
    ("jpg", "Photo", """
Wound, R heel. SSN [[ssn|301-77-4410]], chart no. [[record_number|88102]]"""),
)  # fmt: skip

# Documents that name nobody.
NAMELESS: tuple[tuple[str, str, str], ...] = (
    ("docx pdf", "Minutes of the falls committee", """
Present: Brigid McKenna, MD (cell 207-555-0120); Pete Strand, DO (pager 207-555-0121); Ines Pell, RN, x4410
Old business: chart audit 3/2/2026, 30 of 30 records complete. Action: Pete Strand to revise TUG form by 04/01/2026.
New business: dial-in 978-555-0199, code 445120#. Meeting ID: 845 2291 0047.
Minutes approved 3/9/2026."""),
    ("pdf docx", "Vendor invoice", """
Northeast Mobility Supply, 1200 Tannery Ct, Barre, VT 05641   Remit: P.O. Box 4410
Invoice no. INV-0099281   Customer 30044   PO# 4500018822   Terms net 30
Gait belt 54" ¦ GB-5402 ¦ 20 ¦ 11.95 ¦ 239.00
Ship to: Granite Physiatry, 40 Harbor Ave, Suite 210, Keene, NH 03431. Call 802-555-0101 with questions.
ACH: routing 011000015, account 000123456789. Federal ID 00-1234567."""),
    ("pdf docx", "Certificate of completion", """
This certifies that
Delia Lindqvist, RN
has completed STEADI: Older Adult Fall Prevention, 1.5 contact hours
Awarded on June 14, 2019. Certificate 0098-44121. ANCC provider P0221.
Amir Haddad, PhD, Director of Education"""),
    ("docx txt", "Policy on Medicare cards", """
Policy 7.03, effective 01/01/2020, owner: registration
1. The Medicare number has 11 characters and no dashes in the system; letters S, L, O, I, B and Z are never used.
2. Do not write a full Social Security number on any form; the last four digits are enough.
3. Ask for two identifiers: full name and date of birth.
4. The record number is on the wristband. Questions: compliance line 800-555-0142."""),
    ("docx pdf", "Policy with examples", """
Policy 7.04: reading a Medicare card (EXAMPLE ONLY, not a person)
A card shows a number such as 1EG4-TE5-MK72. Sample: 1EG4-TE5-MK73.
An SSN has the form XXX-XX-XXXX; enter 000-00-0000 where none is known.
A date of birth is written MM/DD/YYYY."""),
    ("xlsx csv", "Fall screening log, no names", """
Seq ¦ Age band ¦ Visit date ¦ TUG sec ¦ Chair stands ¦ Referred
1 ¦ 70-74 ¦ 03/02/2026 ¦ 14.2 ¦ 9 ¦ PT
2 ¦ 75-79 ¦ 03/02/2026 ¦ 9.8 ¦ 12 ¦ none
3 ¦ 85+ ¦ 03/03/2026 ¦ 21.0 ¦ 6 ¦ PT, home safety"""),
    ("csv xlsx", "PDMP query report", """
QueryTime ¦ DEA ¦ Prescriber ¦ Queries ¦ License
2026-03-04 08:01 ¦ BS1234563 ¦ Strand, Pete ¦ 14 ¦ MD018822
2026-03-05 08:01 ¦ AM7654320 ¦ McKenna, Brigid ¦ 11 ¦ MD017711"""),
    ("csv xlsx", "On-call schedule", """
Week of ¦ First call ¦ Cell ¦ Second call ¦ Pager
03/02/2026 ¦ Strand, Pete ¦ 207-555-0121 ¦ McKenna, Brigid ¦ 207-555-0122
03/09/2026 ¦ McKenna, Brigid ¦ 207-555-0120 ¦ Strand, Pete ¦ 207-555-0123"""),
    ("eml txt", "Newsletter", """
Join us for Matter of Balance, Tuesdays at 10 at the Keene library, 60 Winter Street, Keene, NH.
Call 603-555-0170 to register. Open to patients and neighbors of 60 and over.
In memory of our founder Walter Abernathy, who opened these doors on May 2, 1968."""),
    ("eml", "RE: quote", """
Hi Lena, quote 512-7781 is good through 4/15/2026. Serial 4C77M2-OYA. Order ref 99-300-12.
Best, Marcus Vance | Account Manager | o: 978-555-0102 | m: 978-555-0103
1 Industrial Way, Suite 9, Salem, MA 01970"""),
    ("pdf txt", "Business associate agreement", """
This Agreement is entered into as of September 23, 2013 by and between Granite Physiatry and Northeast Data, LLC.
45 CFR 164.504(e). Notices: 12 Congress St, Portland, ME 04101, Attn: Grace Yoder.
Breach notice within 10 days. Document no. 2013-0923-04."""),
    ("xlsx csv", "Equipment and lots", """
Item ¦ Serial ¦ Lot ¦ Expires ¦ Checked by
AED ¦ X12A-009912 ¦ 22F1180 ¦ 2027-01-31 ¦ Ines Pell
Glucose strips ¦ 9A1K-221 ¦ 4411820 ¦ 2026-11-30 ¦ Ines Pell"""),
    ("docx txt", "Quality improvement plan", """
Aim: by 12/31/2026, screen 80% of patients 65+ for falls (baseline 46%, n=1,204).
PDSA 1 (3/2/2026-3/30/2026): MA asks three key questions. Team: Mei Kim, MA; Noor Haddad, NP.
Data: EHR report 10442, run monthly. Sponsor: Olga Petrov, MD, since 2014."""),
    ("pdf docx", "Curriculum vitae", """
Thuy Nguyen, MD, FAAPMR
Residency, Maine Medical Center, July 1, 2004 to June 30, 2008. Board certified 2009, renewed 10/15/2019.
License ME MD017711 (exp. 03/31/2027), NPI 1993999998. Office 603-555-0100."""),
    ("csv", "Survey answers", """
ResponseID ¦ Submitted ¦ Q1 ¦ Q2 ¦ Comment
R_3kd8ZpQ ¦ 2026-03-04 11:20 ¦ 5 ¦ 4 ¦ The nurse called me back the same day
R_9xw1LmA ¦ 2026-03-04 12:02 ¦ 4 ¦ 4 ¦ Parking is hard after 9"""),
    ("txt", "Server log", """
2026-03-04 08:01:22,123 INFO sftp 10.0.4.17 session 0x7f3a9c put eob_20260304_0001.x12 sha256 9f86d081884c7d65
2026-03-04 08:01:23,004 WARN retry 3 of 5, trace 4bf92f35-77b3-4da6-a3ce-929d0e0e4736"""),
    ("png", "Poster", """
Poster 11x17, printed 3/4/2026, version 1.0.3, call 603-555-0170"""),
    ("jpg", "Photo of the gym", """
Canon EOS R6, 2026:03:04 11:02:09, serial 032021000881"""),
    ("xlsx", "Claims summary", """
CPT ¦ Claims ¦ Charges ¦ Allowed ¦ Denial code
99213 ¦ 1204 ¦ 170968.00 ¦ 110768.12 ¦ CO-45
G0438 ¦ 88 ¦ 15048.00 ¦ 14992.96 ¦ N130"""),
    ("docx", "Job description", """
Medical assistant. Reports to Lena Vance, practice manager (x4402). Posted 2/2/2026, requisition 2026-0118.
Keeps the patient record complete; verifies name and date of birth; answers the phone: (603) 555-0100."""),
)  # fmt: skip


def _blocks(text: str) -> list[str | list[list[object]]]:
    """Lines and tables. A line that a planted thing goes on over is one line with a break in it."""
    blocks: list[str | list[list[object]]] = []
    held = _PLANTED.sub(lambda each: each[2].replace("\n", "\1"), text.strip("\n"))
    for line in held.split("\n"):
        cells: list[object] = [cell.strip() for part in line.split("¦") for cell in part.split(" | ")]
        if "¦" not in line:
            blocks.append(line.replace("\1", "\n"))
        elif blocks and isinstance(blocks[-1], list):
            blocks[-1].append(cells)
        else:
            blocks.append([cells])
    return blocks


def documents() -> Iterator[Document]:
    """All of them, always the same: those that are written above, and those made byte by byte."""
    put: dict[str, Callable[[Written], bytes]] = {ending: makes for ending, makes, _ in KINDS}
    for ending, title, text in [
        (kind, *rest) for kinds, *rest in (*NAMING, *NAMELESS) for kind in kinds.split()
    ]:
        planted = _PLANTED.findall(text)
        content = put[ending](Written(title, _blocks(text), planted))
        yield Document(f"{title}.{ending}", content, Counter((kind, plain(said)) for kind, said in planted))
    for name, content, planted in MADE:
        yield Document(name, content, Counter((kind, plain(said)) for kind, said in planted))
