"""What a checked file changes, written at once: a few statements and one line of the log for each change."""

from mips_ia.portal import clock
from mips_ia.portal.actions.ended import end_stays, end_windows
from mips_ia.portal.actions.ledger import plain as plain_window
from mips_ia.portal.actions.practice import plain_site
from mips_ia.portal.actions.roster import KNOWN, NAMES, plain
from mips_ia.portal.log import notes
from mips_ia.portal.models import Chosen, Clinician, Site, Stay, Window
from mips_ia.portal.saving import each_of, pieces, silent

AT_ONCE = 500


def save_roster(access, trial, ending=(), tell=silent):
    """The changes of a roster file; returns what undoing them needs. `tell` hears how far it is."""
    ended = end_stays(access, ending)
    changes = [each for each in trial.changes if each.result != "same"]
    added = _sites(changes)
    _clinicians([each.stay.clinician for each in changes])
    write_stays([*{id(each.stay): each.stay for each in changes}.values()], tell, _facts(changes))
    changed, moved = (
        [each for each in changes if each.of_stay],
        [each.moved for each in changes if each.moved],
    )
    lines = [
        *(("site added", f"site {each.id}", None, plain_site(each)) for each in added),
        *(_told(each) for each in changed), *(_told_name(each) for each in changed if each.renamed),
        *map(_told_site, moved),
    ]  # fmt: skip
    notes(access, each_of(lines, "logging", tell))
    return {
        "stays": [_of_stay(each) for each in changed],
        "sites": [{"site": each.site.id, "before": each.before, "after": each.after} for each in moved],
        "new_sites": [{"site": each.id, "after": plain_site(each)} for each in added],
        "ended_stays": ended,
    }


def _facts(changes):
    """The facts that any row may change of a stay that is there already; sites of one name are several."""
    known = [(each.before, plain(each.stay)) for each in changes if each.before]
    return {"site"} | {name for before, after in known for name in before if before[name] != after[name]}


def write_stays(stays, tell=silent, facts=(*KNOWN, "site")):
    """Write stays, new or not, as they are by now; one may begin on the day on which another one began.

    `facts` are those that may have changed of one that is there already.

    So none stands in the way of another one, all of them are ended until each is written.
    """
    Stay.objects.filter(pk__in=[each.pk for each in stays if each.pk]).update(ended_at=clock.now())
    for piece in pieces(stays, "writing", tell):
        old = [each for each in piece if each.pk]
        Stay.objects.bulk_create([each for each in piece if not each.pk], batch_size=AT_ONCE)
        Stay.objects.bulk_update(old, [*facts, "ended_at"], batch_size=AT_ONCE)


def _sites(changes):
    """Write the sites of the rows; returns those that are new."""
    sites = {id(each.stay.site): each.stay.site for each in changes if each.stay.site}.values()
    old, new = [each for each in sites if each.pk], [each for each in sites if each.pk is None]
    Site.objects.bulk_create(new, batch_size=AT_ONCE)
    Site.objects.bulk_update(old, ["zip"], batch_size=AT_ONCE)
    return new


def _clinicians(people):
    one_each = {each.npi: each for each in people}.values()
    old = [each for each in one_each if each.pk]
    Clinician.objects.bulk_create([each for each in one_each if not each.pk], batch_size=AT_ONCE)
    Clinician.objects.bulk_update(old, NAMES, batch_size=AT_ONCE)


def _told(change):
    """The line of the log for one change of the roster, with the names where they changed."""
    action = "clinician changed" if change.before else "clinician added"
    after = plain(change.stay) | change.names_after
    before = change.before and change.before | change.names_before
    return action, f"clinician {change.stay.clinician.npi}", before, after


def _told_name(change):
    npi = change.stay.clinician.npi
    return "clinician renamed", f"clinician {npi}", change.names_before, change.names_after


def _told_site(moved):
    name = moved.site.name
    before, after = ({"name": name, "zip": each} for each in (moved.before, moved.after))
    return "site changed", f"site {moved.site.id}", before, after


def _of_stay(change):
    return {
        "stay": change.stay.id, "before": change.before, "after": plain(change.stay),
        "names_before": change.names_before, "names_after": change.names_after,
    }  # fmt: skip


def save_participation(access, trial, ending=(), tell=silent):
    """The changes of a participation file; returns what undoing them needs. It signs for nobody.

    `tell` hears how far it is.
    """
    ended = end_windows(access, ending)
    changes = [each for each in trial.changes if each.result != "same"]
    _clinicians(trial.added.values())
    stays = [Stay(year=access.year, clinician=each) for each in trial.added.values()]
    Stay.objects.bulk_create(stays, batch_size=AT_ONCE)
    old = [each.old for each in changes if each.old]
    for each in old:
        each.replaced_at = clock.now()
    Window.objects.bulk_update(old, ["replaced_at"], batch_size=AT_ONCE)
    for piece in pieces([each.new for each in changes], "writing", tell):
        Window.objects.bulk_create(piece, batch_size=AT_ONCE)
    chosen = _chosen(access, changes)
    lines = [
        *(("clinician added", f"clinician {each.clinician.npi}", None, plain(each)) for each in stays),
        *(("activity chosen", each, None, {"year": access.year.year}) for each in chosen),
        *(_told_window(each) for each in changes),
    ]
    notes(access, each_of(lines, "logging", tell))
    return {
        "windows": [{"new": each.new.id, "old": each.old and each.old.id} for each in changes],
        "stays": [{"stay": each.id, "before": None, "after": plain(each)} for each in stays],
        "chosen": chosen,
        "ended_windows": ended,
        "ask": [(each.old if each.result == "same" else each.new).id for each in trial.changes if each.own],
    }


def _chosen(access, changes):
    """The activities that become chosen because somebody does them."""
    held = set(access.year.chosen.filter(ended_at=None).values_list("activity", flat=True))
    new = sorted({each.new.activity for each in changes if each.new.taking_part is not False} - held)
    Chosen.objects.bulk_create(
        Chosen(year=access.year, activity=each, chosen_by=access.person) for each in new
    )
    return new


def _told_window(change):
    action = "window changed" if change.old else "window entered"
    before = change.old and plain_window(change.old)
    return action, f"window {change.new.id}", before, plain_window(change.new)
