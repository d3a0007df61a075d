"""A practice and what is known of its year."""

from django.forms.models import model_to_dict
from django.utils.text import slugify

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.log import ADDING, note, write, writing
from mips_ia.portal.meanwhile import unchanged
from mips_ia.portal.models import Practice, Site, Year
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import years


def add(person, role, organization, name, tin, zip="", site="", more=()):
    """A new practice, with each performance year that is here, and its sites.

    The main site has the practice's name where it has none of its own; `more` has names with ZIP codes.
    `Refused` where the TIN is here.
    """
    with writing(None):
        one_at_a_time(ADDING)
        if Practice.objects.filter(tin=tin).exists():
            raise Refused([Problem("same_tin", f"TIN {tin[-4:]}", "This TIN is already here.")])
        practice = Practice.objects.create(organization=organization, name=name, tin=tin, slug=_slug(name))
        open_years(practice)
        main = [(site or name, zip)] if site or zip else []
        write(person, role, practice, "practice added", f"practice {practice.id}", None, {"name": name})
        for called, code in (*main, *more):
            row = Site.objects.create(practice=practice, name=called, zip=code)
            write(person, role, practice, "site added", f"site {row.id}", None, plain_site(row))
    return practice


def open_years(practice):
    """The years of the rules that the practice does not have yet."""
    there = set(practice.years.values_list("year", flat=True))
    Year.objects.bulk_create(Year(practice=practice, year=year) for year in years() if year not in there)


def _slug(name):
    base = slugify(name)[:50] or "practice"
    taken = set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (found := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return found


def described(year, names):
    """What is known of a year under these names, as it is now."""
    year.refresh_from_db(fields=[*names])
    return model_to_dict(year, names)


def describe(access, seen=None, **known):
    """Change what is known of the year, if it is still as it was seen; the log has what was there before."""
    year = access.year
    with writing(access.practice):
        not_locked(year)
        before = described(year, known.keys())
        unchanged(access, seen, before, f"year {year.year}")
        changed = {name: value for name, value in known.items() if before[name] != value}
        if changed:
            Year.objects.filter(pk=year.pk).update(**known)
            year.refresh_from_db(fields=[*known])
            note(
                access, "year described", f"year {year.year}",
                plain({name: before[name] for name in changed}), plain(changed),
            )  # fmt: skip
    return changed


def consider(access, mvp, wanted):
    """Mark an MVP as one that the practice considers, or take the mark off."""
    with writing(access.practice):
        held = described(access.year, ["considered"])["considered"]
        rest = [id for id in held if id != mvp]
        return describe(access, considered=sorted([*rest, mvp] if wanted else rest))


def placed(site):
    """A site as it is now; None for a new one."""
    if site is None:
        return None
    site.refresh_from_db()
    return plain_site(site)


def plain_site(site):
    """A site as the log has it."""
    return {"name": site.name, "zip": site.zip}


def put_site(access, name, zip="", site=None, seen=None):
    """A place of the practice: a new one, or another name or ZIP code of one that is there.

    `Refused` where another one has the name.
    """
    with writing(access.practice):
        known, before = {"name": name, "zip": zip}, placed(site)
        if site is not None:
            unchanged(access, seen, before, f"site {site.id}")
        if before == known:
            return site
        if access.practice.open_sites.filter(name=name).exclude(pk=site and site.pk).exists():
            what = "There is a site of this name."
            raise Refused([Problem("same_site", name, what, "Enter another name.")])
        if site is None:
            site = Site.objects.create(practice=access.practice, **known)
        else:
            Site.objects.filter(pk=site.pk).update(**known)
        note(access, "site changed" if before else "site added", f"site {site.id}", before, known)
    return site


def end_site(access, site, seen=None):
    """A site that is no more, or that never was; the roster's rows keep its name."""
    with writing(access.practice):
        before = placed(site)
        unchanged(access, seen, before, f"site {site.id}")
        Site.objects.filter(pk=site.pk).update(ended_at=clock.now())
        note(access, "site ended", f"site {site.id}", before, None)


def shown_tin(access):
    """Somebody asked for the full TIN; the log keeps who."""
    with writing(access.practice):
        note(access, "TIN shown", f"practice {access.practice.id}")
    return access.practice.tin


def named(practice):
    """What a practice is called now."""
    practice.refresh_from_db(fields=["name"])
    return {"name": practice.name}


def rename(access, name, seen=None):
    """Another name for the practice; its address stays, and the same name changes nothing."""
    with writing(access.practice):
        before = named(access.practice)
        unchanged(access, seen, before, f"practice {access.practice.id}")
        if name == before["name"]:
            return
        Practice.objects.filter(pk=access.practice.pk).update(name=name)
        access.practice.name = name
        note(access, "practice renamed", f"practice {access.practice.id}", before, {"name": name})


def plain(values):
    """Values as the log has them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }
