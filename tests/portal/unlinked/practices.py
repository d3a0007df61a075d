"""Pages of a practice and of signing: several at once, records, roles, binders, and what is refused."""

from datetime import date

from mips_ia.portal.actions import evidence, invitations, ledger
from mips_ia.portal.models import Membership, Person
from mips_ia.portal.tenancy import Access, access_of
from unlinked import Built, Page
from unlinked.binders_made import in_every_state
from unlinked.uploads import HERE, SLUG

MORE = ("IA_BE_4", "IA_PM_16")  # further activities, so that somebody has several to sign
DONE = date(2026, 1, 5), date(2026, 5, 5)


def practices(built: Built) -> None:
    """All of them."""
    access = access_of(Person.objects.get(email="manager@demo.example"), SLUG, 2026)
    for activity in MORE:
        ledger.choose(access, activity)
    _signing(built, access)
    _people(built)
    _binders(built, access)
    _refused(built, access)
    _written(built, access)
    built.pages += [
        Page(
            "activities_compare", "manager", f"{HERE}activities/compare/?id=IA_BE_16&id=IA_BE_4&id=IA_PM_16"
        ),
        Page("activities_compare", "manager", f"{HERE}activities/compare/", called="of none"),
        Page("roster_tin", "manager", f"{HERE}roster/", {}, to=f"{HERE}roster/tin/"),
    ]


def _signing(built: Built, access: Access) -> None:
    kim, moreau = (access.practice.clinicians.get(last_name=name) for name in ("Kim", "Moreau"))
    for activity in MORE:
        ledger.enter(access, kim, activity, *DONE)
    ledger.enter(access, moreau, MORE[0], *DONE)
    record = f"{HERE}participation/{MORE[0]}/{moreau.id}/record/"
    built.pages += [
        Page("sign_several", "kim", "/sign/several/"),
        Page("sign_several", "kim", "/sign/several/", {"name": ""}, called="with errors", status=200),
        Page("sign_several", "adeyemi", "/sign/several/", called="of nothing"),
        Page("participation_cell_record", "manager", record),
        Page("to_sign", "kim", "/sign/", called="several"),
    ]


def _people(built: Built) -> None:
    admin = Person.objects.get(email="admin@demo.example")
    access = access_of(admin, SLUG, 2026)

    def invited(email: str, name: str = "Ira Invited") -> tuple[int, str]:
        place, secret = invitations.invite(access, name=name, email=email, role="reviewer")
        return place.pk, f"/invitation/{secret}/"

    place, link = invited("ira@demo.example")
    _, known = invited("kim@demo.example", "Soo-jin Kim")
    old, over = invited("late@demo.example")
    invitations.withdraw(access, invitations.invited(access).get(pk=old))
    role = Membership.objects.get(person__email="manager@demo.example", ended_at=None)
    built.pages += [
        Page("people_invitation", "admin", f"{HERE}people/invitations/{place}/"),
        Page("people_second_factor", "admin", f"{HERE}people/{role.pk}/second-factor/"),
        Page("invitation", None, link, called="to join"),
        Page("invitation", None, known, called="to sign in"),
        Page("invitation", "kim", known, called="to accept"),
        Page("invitation", "manager", known, called="of somebody else"),
        Page("invitation", None, over, called="over", status=410),
        Page(
            "people_role",
            "admin",
            f"{HERE}people/{role.pk}/",
            {"seen": "{}"},
            called="changed meanwhile",
            status=409,
        ),
    ]


def _binders(built: Built, access: Access) -> None:
    rows = in_every_state(year=access.year, asked_by=access.person, role="manager")
    for called, row in rows.items():
        built.pages.append(Page("export_binder", "manager", f"{HERE}export/binders/{row.pk}/", called=called))


def _written(built: Built, access: Access) -> None:
    took_part = [each.pk for each in access.practice.clinicians.all()[:2]]
    fields = {"held_on": "2026-03-02", "topic": "Falls", "present": "", "decided": "Everybody is screened."}
    filled = {"form": "minutes", "fields": fields | {"clinicians": took_part}}
    told = {"name": "minutes.txt", "media_type": "text/plain", "title": "Minutes of a meeting"}
    kept = evidence.receive(access, b"Everybody is screened.\n", told | {"filled": filled}).evidence
    page = f"{HERE}evidence/{kept.number}/correct/"
    built.pages += [
        Page("evidence_one", "manager", f"{HERE}evidence/{kept.number}/", called="of a record"),
        Page("evidence_revision", "manager", f"{HERE}evidence/{_revised(access)}/revisions/1/"),
        Page("evidence_correct", "manager", page),
        Page("evidence_correct", "manager", page, {"topic": ""}, called="with errors", status=422),
        Page("evidence_correct", "manager", page, {"seen": "{}"}, called="changed meanwhile", status=409),
    ]
    where = {"address": f"https://portal.example/{'policies/' * 20}?page=7", "topic": "The falls policy"}
    filled = {"form": "link", "fields": where | {"held_on": "2026-03-02", "looked": "Dana Whitfield"}}
    told = {"name": "link.txt", "media_type": "text/plain", "title": "Link, 2026-03-02: The falls policy"}
    link = evidence.receive(access, b"Where the policy is.\n", told | {"filled": filled}).evidence
    evidence.use(access, link, "IA_PSPA_21", "risk_factors", kind="policy", first=date(2026, 5, 15))
    built.pages += [
        Page("evidence_one", "manager", f"{HERE}evidence/{link.number}/", called="of a link"),
        Page("evidence_correct", "manager", f"{HERE}evidence/{link.number}/correct/", called="of a link"),
        Page("activities_one", "manager", f"{HERE}activities/IA_PSPA_21/", called="with a link"),
    ]


def _revised(access: Access) -> int:
    """The number of a policy that has a second revision."""
    told = {"name": "policy.txt", "media_type": "text/plain", "title": "A policy on falls"}
    kept = evidence.receive(access, b"All over 65 are screened.\n", told).evidence
    evidence.receive(access, b"All over 60 are screened.\n", told, kept)
    return int(kept.number)


def _refused(built: Built, access: Access) -> None:
    window = access.year.windows.filter(clinician__last_name="Johnson", replaced_at=None).get()
    plan = f"{HERE}plan/{window.pk}/"
    ledger.enter(access, window.clinician, window.activity, window.first, date(2026, 9, 28), window=window)
    late = {"first": "07/01/2026", "last": "10/05/2026"}
    locked = "/p/crowd-000000333/2026/plan/new/"
    built.pages += [
        Page("plan_window", "manager", plan, late, to=plan, called="changed meanwhile", status=409),
        Page("people", "kim", f"{HERE}people/", called="refused", status=403),
        Page("activities_one", "kim", f"{HERE}activities/", {}, "header form[method=post]",
             f"{HERE}activities/IA_BE_16/", "may see and not change", 403),
        Page("plan_new", "official", locked, called="locked", status=403),
        *(Page(what, None, f"/wrong/{what}/", status=status) for what, status in (
            ("broken", 500), ("too-many", 429), ("expired", 403), ("too-large", 413), ("not-invited", 403),
            ("nobody-there", 403), ("somebody-else-there", 403), ("no-moment-there", 403),
            ("not-anew-there", 403),
        )),
    ]  # fmt: skip
