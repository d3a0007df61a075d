"""What every form says where a field refuses: what to do, with the numbers that it has, in one place."""

from django import forms

CHOSEN = "Choose from the list. “%(value)s” is not in it."
SAID = {
    forms.Field: {"required": "Fill this in."},
    forms.CharField: {
        "max_length": "Shorten this to %(limit_value)d characters. It has %(show_value)d.",
        "min_length": "Enter at least %(limit_value)d characters. This has %(show_value)d.",
        "null_characters_not_allowed": "Type this again. It has a character that no text has.",
    },
    forms.EmailField: {"invalid": "Enter an e-mail address like name@practice.org."},
    forms.IntegerField: {
        "invalid": "Enter a whole number, such as 12.",
        "min_value": "Enter %(limit_value)s or more.",
        "max_value": "Enter %(limit_value)s or less.",
    },
    forms.ChoiceField: {"required": "Choose one.", "invalid_choice": CHOSEN},
    forms.MultipleChoiceField: {"invalid_list": "Choose from the list.", "invalid_choice": CHOSEN},
    forms.ModelChoiceField: {
        "invalid_choice": "Choose from the list. What was chosen is not in it any more."
    },
    forms.ModelMultipleChoiceField: {
        "invalid_list": "Choose from the list.",
        "invalid_choice": "Choose from the list. What was chosen is not in it any more.",
        "invalid_pk_value": CHOSEN.replace("value", "pk"),
    },
    forms.JSONField: {"invalid": "Try again. What the browser sent cannot be read."},
    forms.FileField: {
        "invalid": "Choose the file again. It did not arrive.",
        "missing": "Choose a file.",
        "empty": "Choose another file. This one is empty.",
        "max_length": "Give the file a name of at most %(max)d characters. It has %(length)d.",
    },
}


def speak():
    """Every field says these from now on; what a field says of its own goes before."""
    for field, said in SAID.items():
        field.default_error_messages = {**vars(field).get("default_error_messages", {}), **said}
