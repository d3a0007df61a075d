"""One submission as a whole, valid QRDA Category III document, each element in the order that CMS wants.

Source: CMS QRDA III Implementation Guides; CMS's schematrons; CDA_SDTC.xsd.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

from lxml import etree

from mips_ia.formats.qrda3_nodes import (
    ACT,
    ACTIVITY,
    DOCUMENT,
    IA_SECTION,
    OIDS,
    OWN_ACTIVITY,
    OWN_IA_SECTION,
    PERFORMED,
)
from mips_ia.formats.submissions import MeasurementSet, Submission, cms_words
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import yearbook, years

_HL7 = "urn:hl7-org:v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES: dict[str | None, str] = {None: _HL7, "xsi": _XSI}
_LOINC, _SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96"
_ACT_CODE = "2.16.840.1.113883.5.4"
_SYSTEMS = {_LOINC: "LOINC", _ACT_CODE: "ActCode"}
_YES_NO = "Yes/no indicator (HL7 Table 0136)"
_ACTIVITIES = "2.16.840.1.113883.3.7034"  # the root of activities' ids
_ENTITY_OIDS = {"virtual_group": "virtual_group", "apm_entity": "apm", "subgroup": "subgroup"}


def writable_years() -> tuple[int, ...]:
    """The performance years of which a document can be written: those after the first two, with a guide."""
    return tuple(year for year in years() if yearbook(year).formats.get("qrda3", {}).get("write"))


def write(of: Submission, made: datetime, software: str = "mips-ia") -> bytes:
    """The document of a submission with one set, made at a moment that has a time zone or none.

    Raises `Refused`, with every reason, where the year has no guide, the program cannot be written
    for who reports, or the days are not known.
    """
    _check(of)
    (one,) = of.sets
    formats = yearbook(of.performance_year).formats["qrda3"]
    seed = f"{of!r}{made.isoformat()}"
    document = _e(
        "ClinicalDocument",
        _e("realmCode", code="US"),
        _e("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040"),
        _template("2.16.840.1.113883.10.20.27.1.1", formats["report"]),
        _template(DOCUMENT, formats["document"]),
        _id(seed, "document"),
        _code("55184-6", _LOINC, "Quality Reporting Document Architecture Calculated Summary Report"),
        _e("title", "QRDA III report of improvement activities"),
        _e("effectiveTime", value=_moment(made)),
        _e("confidentialityCode", codeSystem="2.16.840.1.113883.5.25", code="N"),
        _e("languageCode", code="en"),
        *_header(of, one, seed, made, software),
        _e("component", _e("structuredBody", _e("component", _section(one, formats, seed)))),
    )
    return etree.tostring(document, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _check(of: Submission) -> None:
    where, wrong = f"{of.performance_year} {of.tin or of.entity_id}", []
    if of.performance_year not in writable_years():
        known = ", ".join(map(str, writable_years()))
        what = f"No QRDA III document can be written for {of.performance_year}."
        wrong.append(Problem("no_qrda3", where, what, f"Use one of: {known}; or write QPP JSON."))
    if len(of.sets) != 1:
        what = f"It has {len(of.sets)} sets of activities, and a document takes one."
        wrong.append(Problem("several_sets", where, what, "Write one document a program."))
    elif of.sets[0].first is None or of.sets[0].last is None:
        what = "The days of the activities are not known."
        wrong.append(Problem("no_period", where, what, "Give the days of the activities."))
    elif not of.sets[0].activities:
        wrong.append(Problem("no_measurements", where, "It has no activity.", "Give those that were done."))
    elif not wrong and _program(of, of.sets[0]) is None:
        what = f"In {of.performance_year}, {of.entity} cannot report {of.sets[0].program} in a document."
        wrong.append(Problem("unknown_program", where, what, "Use another program."))
    if wrong:
        raise Refused(wrong)


def _program(of: Submission, one: MeasurementSet) -> str | None:
    """The document's program for who reports to what; MVPs are reported under MIPS."""
    formats = yearbook(of.performance_year).formats
    theirs = {ours: name for name, ours in cms_words(of.performance_year)["entities"].items()}
    plain = one.program if one.program in cms_words(of.performance_year)["programs"] else "mips"
    if plain != one.program and of.entity == "virtual_group":
        return None  # CMS ignores the MVP of a virtual group
    wanted = {"entity": theirs[of.entity], "program": plain}
    return next((name for name, each in formats["qrda3"]["programs"].items() if each == wanted), None)


def _e(name: str, *inside: etree._Element | str, **attributes: str) -> etree._Element:
    """An element of HL7's namespace, with a text or elements inside."""
    found = etree.Element(f"{{{_HL7}}}{name}", attributes, _SPACES)  # type: ignore[arg-type] # stubs
    for each in inside:
        if isinstance(each, str):
            found.text = each
        else:
            found.append(each)
    return found


def _template(root: str, extension: str = "") -> etree._Element:
    return _e("templateId", root=root, **({"extension": extension} if extension else {}))


def _id(seed: str, of: str) -> etree._Element:
    """An id that is the same for the same document and part, so that writing it again gives the same."""
    return _e("id", root=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{seed} {of}")))


def _code(code: str, system: str, name: str) -> etree._Element:
    named = {"codeSystemName": _SYSTEMS[system]} if system in _SYSTEMS else {}
    return _e("code", code=code, codeSystem=system, displayName=name, **named)


def _moment(made: datetime) -> str:
    return made.strftime("%Y%m%d%H%M%S") + (made.strftime("%z") if made.tzinfo else "")


def _organization(seed: str, name: str) -> etree._Element:
    return _e("representedOrganization", _id(seed, "organization"), _e("name", name))


def _header(
    of: Submission, one: MeasurementSet, seed: str, made: datetime, software: str
) -> Iterator[etree._Element]:
    moment = _moment(made)
    yield _e("recordTarget", _e("patientRole", _e("id", nullFlavor="NA")))
    device = _e("assignedAuthoringDevice", _e("softwareName", software))
    author = _e("assignedAuthor", _id(seed, "author"), device, _organization(seed, software))
    yield _e("author", _e("time", value=moment), author)
    custodian = _e("representedCustodianOrganization", _id(seed, "organization"), _e("name", software))
    yield _e("custodian", _e("assignedCustodian", custodian))
    program = _e("id", root=OIDS["program"], extension=str(_program(of, one)))
    yield _e("informationRecipient", _e("intendedRecipient", program))
    signer = _e("assignedEntity", _id(seed, "authenticator"), _organization(seed, software))
    yield _e("legalAuthenticator", _e("time", value=moment), _e("signatureCode", code="S"), signer)
    if one.program not in cms_words(of.performance_year)["programs"]:
        entity = _e("associatedEntity", _e("id", root=OIDS["mvp"], extension=one.program), classCode="PROG")
        yield _e("participant", entity, typeCode="TRC")
    yield _performer(of, one)


def _performer(of: Submission, one: MeasurementSet) -> etree._Element:
    """Who reports: the NPI of an individual, and the TIN or the entity's id of the organization."""
    given = {"extension": of.npi, "assigningAuthorityName": "NPI"} if of.npi else {"nullFlavor": "NA"}
    npi = _e("id", root=OIDS["npi"], **given)
    kind = _ENTITY_OIDS.get(of.entity, "tin")
    id = _e("id", root=OIDS[kind], extension=of.entity_id if kind != "tin" else of.tin)
    organization = _e("representedOrganization", id, _e("name", "Reporting organization"))
    performer = _e("performer", _e("assignedEntity", npi, organization), typeCode="PRF")
    service = _e("serviceEvent", _period(one), performer, classCode="PCPR")
    return _e("documentationOf", service, typeCode="DOC")


def _period(one: MeasurementSet) -> etree._Element:
    low, high = (f"{day:%Y%m%d}" for day in (one.first, one.last) if day)
    return _e("effectiveTime", _e("low", value=low), _e("high", value=high))


def _section(one: MeasurementSet, formats: Mapping[str, str], seed: str) -> etree._Element:
    templates = [_template("2.16.840.1.113883.10.20.24.2.2"), _template(IA_SECTION, formats["section"])]
    if own := formats.get("own_section"):
        templates.append(_template(OWN_IA_SECTION, own))
    said = ", ".join(f"{id}: {'yes' if done else 'no'}" for id, done in one.activities)
    return _e(
        "section",
        *templates,
        _code("55186-1", _LOINC, "Measure Section"),
        _e("title", "Measure Section"),
        _e("text", said),
        *(_activity(id, done, formats, f"{seed} {place}") for place, (id, done) in enumerate(one.activities)),
        _e(
            "entry",
            _e(
                "act",
                _template(ACT, formats["act"]),
                _id(seed, "act"),
                _code("252116004", _SNOMED, "Observation Parameters"),
                _period(one),
                classCode="ACT",
                moodCode="EVN",
            ),
            typeCode="DRIV",
        ),
    )


def _activity(id: str, done: bool, formats: Mapping[str, str], seed: str) -> etree._Element:
    answer = {"code": "Y", "displayName": "Yes"} if done else {"code": "N", "displayName": "No"}
    value = _e("value", **answer, codeSystem="2.16.840.1.113883.12.136", codeSystemName=_YES_NO)
    value.set(f"{{{_XSI}}}type", "CD")
    id_of = _e("id", root=_ACTIVITIES, extension=id)
    named = _e("externalDocument", id_of, _e("text", id), classCode="DOC", moodCode="EVN")
    performed = _e(
        "observation",
        _template(PERFORMED, formats["activity"]),
        _code("ASSERTION", _ACT_CODE, "Assertion"),
        _e("statusCode", code="completed"),
        value,
        classCode="OBS",
        moodCode="EVN",
    )
    own = formats.get("own_activity")
    organizer = _e(
        "organizer",
        _template("2.16.840.1.113883.10.20.24.3.98"),
        _template(ACTIVITY, formats["activity"]),
        *([_template(OWN_ACTIVITY, own)] if own else []),
        _id(seed, id),
        _e("statusCode", code="completed"),
        _e("reference", named, typeCode="REFR"),
        _e("component", performed),
        classCode="CLUSTER",
        moodCode="EVN",
    )
    return _e("entry", organizer)
