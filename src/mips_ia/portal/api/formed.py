"""A form of a page, filled in by a program: the same checks, and what is wrong as problems."""

from mips_ia.portal.forms.answers import NONE, UNKNOWN
from mips_ia.portal.forms.nobody import spoken
from mips_ia.problems import Problem, Refused


def filled(form, sent):
    """What a form makes of what was sent; `Refused` with everything that is wrong, each at its field."""
    if not form.is_valid():
        raise Refused(_problems(form, sent))
    return form.cleaned_data


def may_name_patient(text, where, year, names_none):
    """That what is to be kept may name a patient, unless it is said to name none."""
    found = spoken(text, year)
    if found and not names_none:
        what, fix = f"It has what looks like {found}.", "Take that out, or send names_no_patient as true."
        yield Problem("may_name_patient", where, what, fix)


def _problems(form, sent):
    for name, errors in form.errors.as_data().items():
        for each in errors:
            if each.code == "invalid_choice":
                yield _no_answer(form.fields[name], name, sent.get(name))
            else:
                yield Problem("wrong_answer", name, _said(form, name, sent), " ".join(each.messages))


def _no_answer(field, name, value):
    known = [str(key) for key, _ in field.choices if key not in ("", NONE, UNKNOWN)]
    return Problem("wrong_answer", name, f"{value!r} is no answer here.", f"Use of: {', '.join(known)}.")


def _said(form, name, sent):
    label = form.fields[name].label.rstrip("?")
    return f"{label}: {sent[name]!r} cannot be." if sent.get(name) else f"{label}: nothing is given."
