"""A practice and what is known of its year."""

from django.forms.models import model_to_dict
from django.utils.text import slugify

from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.log import note, write, writing
from mips_ia.portal.models import Practice, Site, Year
from mips_ia.reading.yearbook import years


def add(person, role, organization, name, tin, zip=""):
    """A new practice, with each performance year that is here."""
    with writing(None):
        practice = Practice.objects.create(organization=organization, name=name, tin=tin, slug=_slug(name))
        open_years(practice)
        if zip:
            Site.objects.create(practice=practice, name=name, zip=zip)
        write(person, role, practice, "practice added", f"practice {practice.id}", None, {"name": name})
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


def describe(access, **known):
    """Change what is known of the year; the log has what was there before."""
    year = access.year
    with writing(access.practice):
        not_locked(year)
        before = model_to_dict(year, known.keys())
        changed = {name: value for name, value in known.items() if before[name] != value}
        if changed:
            Year.objects.filter(pk=year.pk).update(**known)
            year.refresh_from_db(fields=[*known])
            note(
                access, "year described", f"year {year.year}",
                plain({name: before[name] for name in changed}), plain(changed),
            )  # fmt: skip
    return changed


def put_site(access, name, zip="", site=None):
    """A place of the practice: a new one, or another name or ZIP code of one that is there."""
    with writing(access.practice):
        known = {"name": name, "zip": zip}
        before = site and {"name": site.name, "zip": site.zip}
        if before == known:
            return site
        if site is None:
            site = Site.objects.create(practice=access.practice, **known)
        else:
            Site.objects.filter(pk=site.pk).update(**known)
        note(access, "site changed" if before else "site added", f"site {site.id}", before, known)
    return site


def shown_tin(access):
    """Somebody asked for the full TIN; the log keeps who."""
    with writing(access.practice):
        note(access, "TIN shown", f"practice {access.practice.id}")
    return access.practice.tin


def rename(access, name):
    """Another name for the practice; its address stays."""
    with writing(access.practice):
        before = access.practice.name
        Practice.objects.filter(pk=access.practice.pk).update(name=name)
        access.practice.name = name
        note(access, "practice renamed", f"practice {access.practice.id}", {"name": before}, {"name": name})


def plain(values):
    """Values as the log has them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }
