"""What the columns of a table are called where a person reads of them."""

LABELS = {
    "npi": "NPI", "tin": "TIN", "joined_on": "Date joined", "left_on": "Date left", "activity_id": "Activity",
    "performance_year": "Performance year", "start_date": "Start date", "end_date": "End date",
    "billed_in_year": "Billed in the year", "hpsa": "HPSA", "email": "E-mail address", "row_id": "Your key",
    "delegate_email": "Delegate’s e-mail address", "attested_on": "Date attested", "site_zip": "ZIP code",
}  # fmt: skip


def label(column):
    """How a column is called on a page."""
    return LABELS.get(column) or column.replace("_", " ").capitalize()
