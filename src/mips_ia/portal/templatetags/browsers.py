"""A browser in words, from what it says of itself."""

from django import template

register = template.Library()
# Each says the names of those after it too, so that the first that fits is meant.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(agent):
    """`Firefox on Windows`; what is not known is said so."""
    name = next((words for mark, words in BROWSERS if mark in agent), "A browser that is not known")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if system else name
