"""The five steps of setting up a practice: what is done, and where one is."""

from django.urls import reverse

from mips_ia.portal.clinicians import bills

STEPS = (
    ("setup", "Practice", "Name, TIN and sites"),
    ("setup_reporting", "How you report", "Individual or group, and pathway"),
    ("roster_upload", "Roster", "Who bills under the TIN"),
    ("setup_statuses", "Statuses", "What CMS’s look-up says"),
    ("setup_activities", "Activities", "What you will do"),
)


def steps(access, here):
    """Each step with its address, whether it is done, and whether one is on it."""
    year = access.year
    done = {
        "setup": True,
        "setup_reporting": bool(year.report_as and year.pathway),
        "roster_upload": any(map(bills, year.stays.filter(ended_at=None))),
        "setup_statuses": year.statuses is not None,
        "setup_activities": year.chosen.filter(ended_at=None).exists(),
    }
    return [
        {
            "label": label,
            "says": says,
            "done": done[name],
            "here": name == here,
            "address": _address(access, name),
        }
        for name, label, says in STEPS
    ]


def _address(access, name):
    """Where a step is; the roster's page is also used outside the set-up."""
    place = reverse(name, args=(access.practice.slug, access.year.year))
    return f"{place}?setup=1" if name == "roster_upload" else place
