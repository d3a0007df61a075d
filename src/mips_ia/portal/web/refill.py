"""A page as its view made it, with what somebody typed before in the fields of its form."""

import re
from html import escape
from html.parser import HTMLParser

TYPED = ("text", "email", "number", "date", "tel", "url", "search", "hidden")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field


def refilled(page, fields):
    """The HTML with `fields`, each a name with its values, in the form that has most of these names."""
    forms = _Forms()
    forms.feed(page)
    common = [len(names & fields.keys()) for names in forms.names]
    if not any(common):
        return page
    filling = _Filling(fields, common.index(max(common)))
    filling.feed(page)
    filling.close()
    return "".join(filling.made)


def sending_to(page, address):
    """The HTML with each form that is sent to its own page sent to `address`."""
    form = '<form method="post"'
    return re.sub(rf"{form}(?![^>]* action=)", lambda _: f'{form} action="{escape(address)}"', page)


class _Within(HTMLParser):
    """Knows in which form a tag stands: `number` counts those that are posted, None is outside of them."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.count, self.number = 0, None

    def enter(self, tag, attributes):
        if tag == "form" and attributes.get("method") == "post":
            self.number, self.count = self.count, self.count + 1

    def leave(self, tag):
        if tag == "form":
            self.number = None


class _Forms(_Within):
    """The names of the fields of each form."""

    def __init__(self):
        super().__init__()
        self.names = []

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.enter(tag, known)
        if tag == "form" and self.number is not None:
            self.names.append(set())
        elif self.number is not None and known.get("name") and known["name"] != TOKEN:
            self.names[self.number].add(known["name"])

    def handle_endtag(self, tag):
        self.leave(tag)


class _Filling(_Within):
    """Writes the page again; within the one form each field has the value that was typed."""

    def __init__(self, fields, form):
        super().__init__()
        self.fields, self.form, self.made = fields, form, []
        self.select, self.inside = None, None  # the list that is open, and the text area

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.enter(tag, known)
        raw = self.get_starttag_text()
        if self.number == self.form:
            raw = self._filled(tag, known) or raw
        self.made.append(raw)
        if self.inside is not None:
            self.made.append(escape(self.inside))

    handle_startendtag = handle_starttag

    def _filled(self, tag, known):
        """The tag with what was typed; None where it stays as it is."""
        name = known.get("name")
        values = self.fields.get(name)
        if tag == "details":
            return _tag(tag, known | {"open": None})
        if tag == "select":
            self.select = values
        if tag == "option" and self.select is not None:
            return _tag(tag, _marked(known, "selected", known.get("value") in self.select))
        if tag == "textarea" and values:
            self.inside = values[-1]
        kind = known.get("type", "text")
        if tag == "input" and kind in ("checkbox", "radio"):
            return _tag(tag, _marked(known, "checked", known.get("value", "on") in (values or ())))
        if tag == "input" and values and kind in TYPED and name != TOKEN:
            return _tag(tag, known | {"value": values[-1]})
        return None

    def handle_endtag(self, tag):
        self.leave(tag)
        self.inside = None if tag == "textarea" else self.inside
        self.select = None if tag == "select" else self.select
        self.made.append(f"</{tag}>")

    def handle_data(self, data):
        self.made.append(data if self.inside is None else "")

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl):
        self.made.append(f"<!{decl}>")

    def handle_comment(self, data):
        self.made.append(f"<!--{data}-->")


def _marked(known, mark, holds):
    rest = {name: value for name, value in known.items() if name != mark}
    return rest | {mark: None} if holds else rest


def _tag(tag, known):
    said = "".join(
        f' {name}="{escape(value)}"' if value is not None else f" {name}" for name, value in known.items()
    )
    return f"<{tag}{said}>"
