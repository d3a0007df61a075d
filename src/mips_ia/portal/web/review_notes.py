"""The one page of a reviewer's link on which something is entered: a note to the practice."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from mips_ia.portal.actions import reviewer_links as actions
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.web.review import read
from mips_ia.problems import Refused

LONGEST = 2_000  # characters
YEAR = "year"


class Note(Nobody):
    """What a note is about, of what the link shows, and what it says."""

    about = forms.ChoiceField(
        label="What it is about",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what it is about."),
    )
    words = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Enter your note."},
        help_text=f"At most {LONGEST:,} characters. Name no patients.",
    )  # fmt: skip

    def __init__(self, scope, *given):
        super().__init__(*given)
        self.year = scope.year.year
        self.evidence = {f"E-{each.number}": each for each in scope.evidence}
        listed = scope.ledger.listed.activities | scope.ledger.listed.gone
        titles = [(id, f"{id} {listed[id].title}" if id in listed else id) for id in scope.activities]
        groups = [
            ("Activities", titles),
            ("Evidence", [(key, str(each)) for key, each in self.evidence.items()]),
        ]
        self.fields["about"].choices = [
            ("", "Choose one"), (YEAR, f"Performance year {self.year}"),
            *(each for each in groups if each[1]),
        ]  # fmt: skip

    def clean_words(self):
        """Short enough."""
        words = self.cleaned_data["words"].replace("\r\n", "\n")
        if len(words) > LONGEST:
            raise forms.ValidationError(f"Shorten it to {LONGEST:,} characters. It has {len(words):,}.")
        return words

    def clean(self):
        """It names no patient."""
        self.search(self.year, "words")

    def of(self):
        """The activity and the evidence that it is about; neither of the year."""
        about = self.cleaned_data["about"]
        evidence = self.evidence.get(about)
        return ("" if evidence or about == YEAR else about), evidence


@csrf_exempt  # nobody is signed in; whoever does not have the address can send nothing to it
@read("notes", writes=True)
def review_notes(request, scope, around):
    """What was noted by the link, the newest first, and a new note."""
    form = Note(scope, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.leave(scope.link, *form.of(), form.cleaned_data["words"])
            messages.success(request, f"Saved. {scope.practice.name} sees your note about {made.about}.")
        except Refused as refusal:
            messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return redirect("review_notes", around["token"])
    notes = scope.link.notes.select_related("evidence", "link__year")
    return render(request, "review/notes.html", around | {
        "form": form, "notes": notes, "full": len(notes) >= actions.MOST, "most": actions.MOST,
    }, status=422 if form.errors else 200)  # fmt: skip
