"""Keys of one's own programs: made, shown once, ended."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal import clock
from mips_ia.portal.actions import tokens
from mips_ia.portal.tenancy import opened
from mips_ia.portal.web.fresh import fresh_to_post


class NewToken(forms.Form):
    """What a program may do, and until when."""

    name = forms.CharField(label="What it is for", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=tokens.SCOPES.items(), widget=forms.CheckboxSelectMultiple,
        help_text="It never does more than you may yourself, and by itself it never signs.",
    )  # fmt: skip
    days = forms.IntegerField(
        label="How many days it holds", min_value=1, max_value=tokens.LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), help_text=f"At most {tokens.LONGEST}.",
    )  # fmt: skip


@opened("person")
@fresh_to_post
def account_tokens(request):
    """The tokens that hold, and a form for another, which is shown in the answer and never again."""
    form, secret = NewToken(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        secret, _ = tokens.make(request.user, known["name"], known["scopes"], known["days"])
        form = NewToken()
    rows = request.user.tokens.filter(ended_at=None, until__gt=clock.now()).order_by("until")
    held = [{"row": row, "may": ", ".join(tokens.SCOPES[each] for each in row.scopes)} for row in rows]
    return render(request, "account/tokens.html", {"form": form, "secret": secret, "held": held})


@opened("person")
def account_token_end(request, token):
    """End one at once."""
    row = request.user.tokens.filter(pk=token, ended_at=None).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        tokens.end(request.user, row)
        messages.success(request, f"Ended. “{row.name}” opens nothing any more.")
    return redirect("account_tokens")
