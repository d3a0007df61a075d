"""The states of the portal and the words for each (decision 21); any other that is shown is a fault."""

STATES = {
    "met": {"Met", "Signed", "On file", "Complete", "Enough time"},
    "delegated": {"Delegated"},
    "underway": {"Under way"},
    "planned": {"Planned"},
    "unknown": {"Unknown", "Not signed", "Dates missing"},
    "notmet": {"Not met", "Does not count", "Too short", "Missing", "Declined", "Withdrawn",
               "Outside the year"},
    "none": {"Not claimed", "No window"},
}  # fmt: skip
# The answers of practices have the same shapes, on the page that lists practices and nowhere else.
ANSWERS = {"met": {"Yes"}, "underway": {"Not yet"}, "notmet": {"No"}, "unknown": {"We cannot tell"}}
