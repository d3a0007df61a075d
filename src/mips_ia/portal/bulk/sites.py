"""The sites that a roster file names, and the ZIP codes that it gives them."""

from dataclasses import dataclass

from mips_ia.formats.ids import is_zip
from mips_ia.portal.bulk.differences import worded
from mips_ia.portal.models import Site

ZIP = "Enter 5 digits, or 9 with a hyphen."


@dataclass(frozen=True)
class Moved:
    """Another ZIP code of a site that was there before."""

    site: Site
    before: str
    after: str

    @property
    def told(self):
        """`ZIP code of Annex: not known → 00000`."""
        return f"ZIP code of {self.site.name}: {worded(self.before)} → {worded(self.after)}"


class Sites:
    """The sites of a practice by name, as the rows of a file leave them; nothing is saved here."""

    def __init__(self, practice):
        self.practice, self.lines = practice, {}
        self.by_id = {each.id: each for each in practice.sites.all()}
        self.all = {each.name: each for each in self.by_id.values() if each.ended_at is None}

    def place(self, row, name):
        """The site that a row names, and its ZIP code where the row gives another one than is known."""
        site = self.all.get(name) or self.all.setdefault(name, Site(practice=self.practice, name=name))
        given = row.cells.text("site_zip")
        if not given:
            return site, None
        line, first = self.lines.setdefault(name, (row.line, given))
        if first != given:
            row.stop("site_zip", f"Keep one ZIP code for each site. Row {line} has {first} for {name}.")
        before, site.zip = site.zip, given
        return site, Moved(site, before, given) if site.pk and before != given else None


def look(row):
    """Stop a ZIP code that is none, and say of one without a site that it is not saved."""
    given = row.cells.text("site_zip")
    if given and not is_zip(given):
        row.stop("site_zip", f"{ZIP} This is “{given[:20]}”.")
    elif given and not row.cells.text("site_name"):
        row.warn("site_name", "Enter the name of the site too. A ZIP code alone is not saved.")
