"""One way to show a field: label, hint, error, then the field itself, tied together for a screen reader."""

from django import forms, template

register = template.Library()
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("parts/field.html")
def field(bound):
    """A field of a form with everything that belongs to it.

    A form names in `either` those of which it needs one: neither is optional.
    """
    widget = bound.field.widget
    hint, error = f"{bound.auto_id}-hint", f"{bound.auto_id}-error"
    described = " ".join([hint] * bool(bound.help_text) + [error] * bool(bound.errors))
    choices, checkbox = isinstance(widget, CHOICES), isinstance(widget, forms.CheckboxInput)
    attributes = {"class": "ds-c-choice" if choices or checkbox else "ds-c-field"}
    if choices:
        widget.attrs |= attributes
    elif bound.errors and not checkbox:
        attributes["class"] += " ds-c-field--error"
    if described and not choices:
        attributes["aria-describedby"] = described
    if bound.errors and not choices:
        attributes["aria-invalid"] = "true"
    optional = not bound.field.required and bound.name not in getattr(bound.form, "either", ())
    return {"field": {
        "bound": bound, "is_choices": choices, "is_checkbox": checkbox, "hint": hint, "error": error,
        "described": described, "optional": optional,
        "widget": "" if choices else bound.as_widget(attrs=attributes),
    }}  # fmt: skip
