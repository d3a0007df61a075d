"""Whether the name that was typed under a statement is the one that is shown."""

import unicodedata


def plain(name):
    """A name without case, accents, signs and spaces, as two spellings of it are compared."""
    bare = unicodedata.normalize("NFKD", name)
    return "".join(each for each in bare.casefold() if each.isalnum() and not unicodedata.combining(each))


def fits(typed, clinician):
    """Whether what was typed is the clinician's name; credentials and `Dr.` are ignored."""
    shown, said = plain(clinician.spoken), plain(typed.partition(",")[0])
    credentials = {plain(each) for each in clinician.credential.replace(",", " ").split()}
    credentials.add(plain(clinician.credential))
    endings = {"", *credentials}
    return any(said in (shown + end, "dr" + shown + end) for end in endings)


def is_of(typed, person):
    """Whether what was typed is the name of somebody's account; what follows a comma is ignored."""
    return plain(typed.partition(",")[0]) == plain(person.name)


def asks(shown):
    """What to type."""
    return f"Type your name as shown: {shown}."
