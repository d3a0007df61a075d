"""Locking a year with everything that it came to, unlocking it, and taking its files."""

import io
import zipfile

from mips_ia.portal import clock, leaves, seals
from mips_ia.portal.actions.ledger import locked, not_locked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Download, Final
from mips_ia.portal.outgoing import GROUP, answer, fingerprint, outgoing, seen
from mips_ia.portal.statements import VERSION
from mips_ia.problems import Problem, Refused

JSON, XML, ZIP = "qpp.json", "qrda3.xml", "qrda3.zip"
TYPES = {JSON: "application/json", XML: "application/xml", ZIP: "application/zip"}
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same documents make the same archive


def lock(access, statement, typed_name, shown, *, verified):
    """The signing official signs for the practice, and the year is locked as it stands.

    `shown` is the fingerprint of what they read (`outgoing.seen`), and `verified` how they have just shown
    who they are. `Refused` as `to_lock` says.
    """
    with writing(access.practice):
        at = clock.now()
        ledger, out = to_lock(access.year, shown, at)
        told = {"typed_name": typed_name, "verified": verified}
        return _final(
            access, "locked", at, told, statement=statement, version=VERSION, typed_name=typed_name,
            verified=verified, answer=answer(ledger, out), qpp_json=out.qpp_json,
            qrda3=out.documents.get(GROUP, ""),
        )  # fmt: skip


def to_lock(year, shown, at):
    """The ledger of a moment, and what would be sent by it, of a year that can be locked as it was read.

    `Refused` where what was read changed, where nothing counts, where a file would be refused by CMS, and
    where the year is locked already.
    """
    not_locked(year)
    ledger = Ledger(year)
    out = outgoing(ledger, at)
    if seen(ledger, out) != shown:
        what = "Something that counts changed since this page was shown."
        raise Refused([Problem("changed", str(ledger.year), what, "Read it again, and sign that.")])
    if out.stops:
        raise Refused(out.stops)
    return ledger, out


def unlock(access, reason, *, verified):
    """Open the year again; what was locked stays in the record. `Refused` where it is not locked.

    The line of the log has how whoever unlocks has just shown who they are.
    """
    with writing(access.practice):
        if locked(access.year) is None:
            what = f"{access.year.year} is not locked."
            raise Refused([Problem("not_locked", str(access.year.year), what)])
        told = {"reason": reason, "verified": verified}
        return _final(access, "unlocked", clock.now(), told, reason=reason)


def _final(access, kind, at, told, **known):
    """One more lock, or the end of one; the line of the log has what is `told`."""
    final = Final(year=access.year, kind=kind, at=at, person=access.person, role=access.role, **known)
    final.digest = seals.of(final)
    final.save()
    leaves.keep(access.practice, final)
    before = {"locked": kind == "unlocked"}
    after = {"locked": kind == "locked", "digest": final.digest}
    note(access, f"year {kind}", f"year {access.year.year}", before, after | told)
    return final


def take(access, final, name):
    """A file of a locked year, byte for byte as it was made; who took it is recorded with its fingerprint."""
    content = file(final, name)
    with writing(access.practice):
        digest = fingerprint(content)
        taken = Download.objects.create(
            final=final, what=name, sha256=digest, person=access.person, at=clock.now()
        )
        leaves.keep(access.practice, taken, file=digest)
        note(access, "file downloaded", f"final {final.id}", None, {"file": name, "sha256": digest})
    return content


def names(final):
    """The files that a locked year has."""
    held = {JSON: final.qpp_json, XML: final.qrda3, ZIP: final.answer.get("documents")}
    return [name for name, there in held.items() if there]


def file(final, name):
    """What is in a file, as bytes; individuals have a document each, together in one archive."""
    if name == JSON:
        return final.qpp_json.encode()
    if name == XML:
        return final.qrda3.encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for npi, document in sorted(final.answer["documents"].items()):
            archive.writestr(zipfile.ZipInfo(f"{npi}.xml", _ZIP_DAY), document, zipfile.ZIP_DEFLATED)
    return held.getvalue()
