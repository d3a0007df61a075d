"""Anybody checks whether a file or a receipt is exactly what was received, or was made here."""

import hashlib

from django import forms
from django.shortcuts import render

from mips_ia.portal.tenancy import opened
from mips_ia.portal.verifying import known
from mips_ia.screening.kinds import LARGEST


class Check(forms.Form):
    """A file, a receipt, or both."""

    either = "file", "receipt"
    file = forms.FileField(
        label="File", required=False,
        help_text="Give a file, a receipt number below, or both. A file has up to 25 MB, and is not kept: "
        "only its fingerprint is looked up.",
        error_messages={"empty": "This file is empty. Choose another one."},
    )  # fmt: skip
    receipt = forms.CharField(
        label="Receipt number", required=False, max_length=40,
        help_text="As it stands beside a signature or a piece of evidence.",
    )  # fmt: skip

    def clean_file(self):
        """No larger than anything that can be received."""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            said = (
                "Choose a file under 25 MB. Nothing larger was received; a larger binder has its verify.py."
            )
            raise forms.ValidationError(said)
        return file

    def clean_receipt(self):
        """As receipts are written."""
        return "".join(self.cleaned_data["receipt"].split()).upper()

    def clean(self):
        """One of the two at least."""
        given = super().clean()
        if not self.errors and not given.get("file") and not given.get("receipt"):
            raise forms.ValidationError("Choose a file, or enter a receipt number.")
        return given


@opened("public")
def verify(request):
    """The form, and below it the answer to what was sent; how often is counted before it is read."""
    found = {"form": Check(), "asked": False}
    if request.method == "POST":
        form = found["form"] = Check(request.POST, request.FILES)
        if form.is_valid():
            file, receipt = form.cleaned_data["file"], form.cleaned_data["receipt"]
            digest = _digest(file) if file else ""
            found |= {"asked": True, "known": known(digest, receipt), "digest": digest, "receipt": receipt}
    return render(request, "verify.html", found, status=422 if found["form"].errors else 200)


def _digest(file):
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    return found.hexdigest()
