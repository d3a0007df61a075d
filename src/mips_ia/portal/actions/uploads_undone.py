"""A saved file taken back: what nobody changed since is as it was before; the rest is named and stays."""

from collections import defaultdict
from datetime import date

from django.db.models import F

from mips_ia.portal import clock
from mips_ia.portal.actions.ended import revived
from mips_ia.portal.actions.ledger import plain as plain_window
from mips_ia.portal.actions.practice import plain_site
from mips_ia.portal.actions.roster import NAMES, plain
from mips_ia.portal.actions.uploads_saved import write_stays
from mips_ia.portal.log import notes
from mips_ia.portal.models import Clinician, Site, Stay, Window

AT_ONCE = 500
OPEN_LAST = F("ended_at").asc(nulls_last=True)  # of sites of one name the one that is there still
_SINCE = "was changed since, and stays as it is."
_AGAIN = "begins on the same day now, so this one stays as it is."


def undone(access, changes):
    """How many changes were taken back, and a sentence for each that was not."""
    windows = _windows(access, changes.get("windows", ()))
    _take_back(access, changes.get("chosen", ()))
    stays = _Stays(access, changes.get("stays", ()))
    told = [*windows, *(stays.back(each) for each in reversed(changes.get("stays", ())))]
    stays.save()
    told += _sites(access, changes.get("sites", ()))
    told += revived(access, changes)
    told += _new_sites(access, changes.get("new_sites", ()))
    kept = [each for each in told if each]
    return len(told) - len(kept), kept


def _windows(access, changes):
    """Take back windows; for each an empty text, or the sentence that says why it stays."""
    ids = {id for each in changes for id in each.values() if id}
    rows = access.year.windows.select_related("clinician").prefetch_related("signatures")
    held = {row.id: row for row in rows if row.id in ids}
    told = [_stays(held[change["new"]]) for change in changes]
    while blocked := _blocked(changes, told, rows, held):
        for place in blocked:
            told[place] = f"{_of(held[changes[place]['new']])}: another window {_AGAIN}"
    ended, revived, lines = [], [], []
    for change, why in zip(changes, told, strict=True):
        new, old = held[change["new"]], held.get(change["old"])
        if why:
            continue
        new.replaced_at = clock.now()
        ended.append(new)
        if old is not None:
            old.replaced_at = None
            revived.append(old)
        line = ("window undone", f"window {new.id}", plain_window(new), old and plain_window(old))
        lines.append(line)
    Window.objects.bulk_update(ended, ["replaced_at"], batch_size=AT_ONCE)
    Window.objects.bulk_update(revived, ["replaced_at"], batch_size=AT_ONCE)
    notes(access, lines)
    return told


def _blocked(changes, told, rows, held):
    """The places of those whose old window begins on a day that another window has by now."""
    going = {change["new"] for change, why in zip(changes, told, strict=True) if not why}
    busy = {_day(row) for row in rows if row.replaced_at is None and row.id not in going}
    return [
        place for place, (change, why) in enumerate(zip(changes, told, strict=True))
        if not why and change["old"] and _day(held[change["old"]]) in busy
    ]  # fmt: skip


def _day(window):
    return window.clinician_id, window.activity, window.first


def _sites(access, changes):
    """Take back the ZIP codes of sites; for each an empty text, or the sentence that says why it stays."""
    rows = access.practice.sites.filter(pk__in=[each["site"] for each in changes])
    held, told, lines = {each.id: each for each in rows}, [], []
    for change in changes:
        site = held[change["site"]]
        same = site.zip == change["after"]
        told.append("" if same else f"{site.name}: the ZIP code {_SINCE}")
        if same:
            site.zip = change["before"]
            before, after = ({"name": site.name, "zip": change[each]} for each in ("after", "before"))
            lines.append(("site undone", f"site {site.id}", before, after))
    Site.objects.bulk_update(held.values(), ["zip"], batch_size=AT_ONCE)
    notes(access, lines)
    return told


def _new_sites(access, changes):
    """End the sites that the file made; for each an empty text, or the sentence that says why it stays."""
    held = access.practice.sites.in_bulk([each["site"] for each in changes])
    used = {*Stay.objects.filter(site__in=held, ended_at=None).values_list("site", flat=True)}
    told, ended, lines = [], [], []
    for change in changes:
        site = held[change["site"]]
        if site.ended_at is not None or plain_site(site) != change["after"]:
            told.append(f"{site.name}: the site {_SINCE}")
        elif site.id in used:
            told.append(f"{site.name}: somebody else is there by now, so the site stays.")
        else:
            told.append("")
            ended.append(site.id)
            lines.append(("site undone", f"site {site.id}", change["after"], None))
    Site.objects.filter(pk__in=ended).update(ended_at=clock.now())
    notes(access, lines)
    return told


def _stays(window):
    """Why a window stays as it is; empty where it can be taken back."""
    name = _of(window)
    if window.replaced_at is not None:
        return f"{name}: the window {_SINCE}"
    return f"{name}: the window was signed since, and stays." if window.signatures.all() else ""


def _of(window):
    return f"{window.clinician.spoken}, {window.activity}"


def _take_back(access, chosen):
    """End the activities that the file chose, where nobody does them now."""
    done = set(access.year.windows.filter(replaced_at=None).values_list("activity", flat=True))
    ended = sorted(set(chosen) - done)
    access.year.chosen.filter(activity__in=ended, ended_at=None).update(ended_at=clock.now())
    notes(access, [("activity taken back", each, {"year": access.year.year}, None) for each in ended])


class _Stays:
    """The roster as it is, from which the changes of a file are taken back."""

    def __init__(self, access, changes):
        rows = access.year.stays.select_related("clinician", "site")
        self.rows = {row.id: row for row in rows}
        self.of = defaultdict(list)
        for row in self.rows.values():
            self.of[row.clinician_id].append(row)
        self.clinicians = {row.clinician_id: row.clinician for row in self.rows.values()}
        self.sites = {each.name: each for each in access.practice.sites.order_by(OPEN_LAST)}
        windows = access.year.windows.filter(replaced_at=None)
        self.busy = set(windows.values_list("clinician_id", flat=True))
        new = {change["stay"] for change in changes if change["before"] is None}
        held = Stay.objects.filter(clinician__practice=access.practice).values_list("id", "clinician_id")
        self.known = {clinician for id, clinician in held if id not in new}  # who was here before the file
        self.access, self.ended, self.changed, self.renamed, self.lines = access, [], [], {}, []
        self.facts = {"site"}  # what may be taken back of any stay

    def back(self, change):
        """Take back one change; a sentence where it stays."""
        stay = self.rows[change["stay"]]
        who = self.clinicians[stay.clinician_id]
        others = [each for each in self.of[who.id] if each.ended_at is None and each is not stay]
        if why := self._why_not(stay, who, change, others):
            return why
        if change["before"] is None:
            stay.ended_at = clock.now()
            self.ended.append(stay.id)
        else:
            before, after = change["before"], change["after"]
            self.facts |= {name for name in before if before[name] != after[name]}
            self._restore(stay, before)
            self.changed.append(stay)
        line = ("clinician undone", f"clinician {who.npi}", change["after"], change["before"])
        self.lines.append(line)
        if who.id in self.known:
            self._rename(who, change.get("names_before", {}))
        return ""

    def _why_not(self, stay, who, change, others):
        if stay.ended_at is not None or plain(stay) != change["after"]:
            return f"{who.spoken} {_SINCE}"
        if any(getattr(who, name) != value for name, value in change.get("names_after", {}).items()):
            return f"{who.spoken}: the name {_SINCE}"
        if change["before"] is None:
            alone = who.id in self.busy and not others
            return f"{who.spoken} has windows by now, and stays on the roster." if alone else ""
        if any(plain(each)["joined_on"] == change["before"]["joined_on"] for each in others):
            return f"{who.spoken}: another stay begins on the same day now, so this one stays as it is."
        return ""

    def _restore(self, stay, before):
        for name, value in before.items():
            if name == "site":
                stay.site = self.sites.get(value)
            elif name in ("joined_on", "left_on"):
                setattr(stay, name, date.fromisoformat(value) if value else None)
            else:
                setattr(stay, name, value)

    def _rename(self, who, before):
        after = {name: getattr(who, name) for name in before}
        for name, value in before.items():
            setattr(who, name, value)
        if before != after:
            self.renamed[who.id] = who
            self.lines.append(("clinician renamed", f"clinician {who.npi}", after, before))

    def save(self):
        """Write what was taken back."""
        Stay.objects.filter(pk__in=self.ended).update(ended_at=clock.now())
        write_stays(self.changed, facts=self.facts)
        Clinician.objects.bulk_update(self.renamed.values(), NAMES, batch_size=AT_ONCE)
        notes(self.access, self.lines)
