"""How a practice reports in a year, and on which pathway."""

from django import forms

from mips_ia.portal.told.shown import PATHWAYS, REPORTING

REPORT_AS = {
    "individual": "Each clinician individually: every NPI has its own score",
    "group": "As a group: everybody who bills under the TIN",
    "virtual_group": "As part of a virtual group: several TINs that CMS takes as one, agreed before the year",
    "subgroup": "As a subgroup: some clinicians of the TIN, registered with CMS",
    "apm_entity": "As an APM Entity: an Alternative Payment Model, such as an accountable care organization",
}
# What a pathway is, beside its name.
MEANT = {
    "traditional": "you choose from the whole list of activities",
    "mvp": "a MIPS Value Pathway, for one specialty or condition; you register for it",
    "app": "only for participants in a MIPS APM",
    "apm_scoring_standard": "only for participants in a MIPS APM",
}

NAMED = {"virtual_group": "virtual group", "subgroup": "subgroup", "apm_entity": "APM Entity"}
REPORTS = ("report_as", "pathway", "mvp", "entity_id")


class Reporting(forms.Form):
    """How the practice reports: what the year has, and nothing chosen beforehand."""

    report_as = forms.ChoiceField(
        label="Report as", widget=forms.RadioSelect, error_messages={"required": "Choose how you report."},
        help_text="Not sure? Ask whoever sends your data to CMS. You can change it until the year is locked.",
    )  # fmt: skip
    pathway = forms.ChoiceField(
        label="Pathway", widget=forms.RadioSelect, error_messages={"required": "Choose a pathway."}
    )
    mvp = forms.ChoiceField(label="MVP", required=False, help_text="Only if your pathway is an MVP.")
    entity_id = forms.CharField(label="Identifier", max_length=64, required=False)

    def __init__(self, *args, ledger, **known):
        super().__init__(*args, **known)
        self.rules = ledger.rules
        open_to = {entity for each in self.rules.pathway.values() for entity in each.entities}
        named = " or ".join(NAMED[each] for each in NAMED if each in open_to)
        self.fields["entity_id"].help_text = f"Of the {named}, where you report as one."
        self.fields["report_as"].choices = [each for each in REPORT_AS.items() if each[0] in open_to]
        self.fields["pathway"].choices = [
            (name, f"{PATHWAYS[name]}: {MEANT[name]}") for name in self.rules.pathway
        ]  # fmt: skip
        mvps = [(id, f"{each.title} ({id})") for id, each in ledger.listed.mvps.items()]
        self.fields["mvp"].choices = [("", "No MVP"), *sorted(mvps, key=lambda each: each[1])]
        if "mvp" not in self.rules.pathway:
            del self.fields["mvp"]

    def clean(self):
        """The pathway must be open to who reports; an MVP belongs to the MVP pathway."""
        found = super().clean()
        pathway, entity = self.rules.pathway.get(found.get("pathway")), found.get("report_as")
        if pathway and entity and entity not in pathway.entities:
            *named, last = (REPORTING[each] for each in pathway.entities)
            open_to = f"{', '.join(named)} or {last}" if named else last
            says = f"in {self.rules.year} this pathway is open where you report as {open_to}."
            self.add_error("report_as", f"Choose another one: {says}")
        if found.get("pathway") == "mvp" and not found.get("mvp"):
            self.add_error("mvp", "Choose your MVP.")
        if found.get("pathway") != "mvp":
            found["mvp"] = ""
        return found
