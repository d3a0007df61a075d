"""One roster and one participation file with every mistake of the specification, each told at its field."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hows import ALL_FOUR
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.portal.demo import npi_of

TIN, ROSSI, CHEN = "000123456", npi_of(17), npi_of(3)
ROSTER = ["performance_year", "tin", "npi", "last_name", "joined_on", "left_on"]
WINDOWS = [
    "performance_year", "tin", "npi", "activity_id", "start_date", "end_date", "attested_by",
    "delegate_email", "attested_on",
]  # fmt: skip
DAYS = ["2026-01-05", "2026-05-05"]
# By row: what is in it, the column that is wrong, and what is said.
OF_ROSTER: dict[int, tuple[list[str], str, str]] = {
    7: ([TIN, "015118638"], "npi", "Enter 10 digits. This has 9."),
    9: ([TIN, "1.23457E+09"], "npi",
        "Format this column as text in your spreadsheet and enter all 10 digits."),
    11: ([TIN, "9876543210"], "npi",
         "Warning: this NPI's check digit does not fit. Check it. You can save it as it is."),
    12: ([TIN, npi_of(612), "Twelve", "2026-13-04"], "joined_on",
         "Enter a date like 2026-07-01. There is no month 13."),
    14: ([TIN, npi_of(614), "Fourteen", "2026-07-01", "2026-01-02"], "left_on",
         "Enter a date on or after the date joined, 2026-07-01."),
    19: ([TIN, npi_of(604)], "npi", "Keep one row for each NPI and TIN. Row 4 has the same NPI."),
    22: (["000123457", npi_of(622)], "tin",
         "Use a TIN of this upload's practice (ending 3456), or upload from Practices."),
}  # fmt: skip
OF_WINDOWS: dict[int, tuple[list[str], str, str]] = {
    3: ([TIN, ROSSI, "IA_CC_1", *DAYS], "activity_id",
        "Choose an activity of 2026. IA_CC_1 was removed after 2025."),
    5: ([TIN, ROSSI, "IA_PM_13", *DAYS], "activity_id", "Use IA_AHW_1. CMS renumbered IA_PM_13 for 2026."),
    6: ([TIN, ROSSI, "IA_BE_16", "2026-07-01", "2026-09-22"], "end_date",
        'Warning: 84 days. 90 are needed. Saved as "Too short".'),
    8: ([TIN, ROSSI, "IA_BE_16", "2025-12-15", "2026-05-05"], "start_date",
        "Enter a date inside 2026. If it began earlier, use 2026-01-01."),
    10: ([TIN, npi_of(650), "IA_BE_16", *DAYS], "npi",
         'Add this NPI to the roster first, or tick "Add to roster".'),
    13: ([TIN, ROSSI, "IA_BE_16", "2026-02-02", "2026-05-05", "delegate", "nobody@demo.example"],
         "delegate_email", 'Saved as "Not signed": no delegation from this clinician is on file.'),
    15: ([TIN, ROSSI, "IA_BE_4", *DAYS, "", "", "2026-05-01"], "attested_on",
         "Warning: signed before the window ended. It will ask again after 2026-05-05."),
}  # fmt: skip


def written(path: Path, header: list[str], wrong: dict[int, tuple[list[str], str, str]], kind: str) -> Path:
    """A file with the mistakes in their rows, and rows without one between them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(header)
        for line in range(2, max(wrong) + 1):
            good = (
                [TIN, npi_of(600 + line)]
                if kind == "roster"
                else [TIN, CHEN, "IA_BE_4", f"2026-03-{line:02}"]
            )
            rows.writerow([YEAR, *(wrong[line][0] if line in wrong else good)])
    return path


@ALL_FOUR
@pytest.mark.parametrize(
    ("kind", "header", "wrong"), [("roster", ROSTER, OF_ROSTER), ("participation", WINDOWS, OF_WINDOWS)]
)
def test_every_message_stands_at_its_row_and_field_and_in_the_summary(
    kind: str,
    header: list[str],
    wrong: dict[int, tuple[list[str], str, str]],
    at: str,
    script: bool,
    open_page: Callable[..., Page],
    shared_server: Served,
    tmp_path: Path,
) -> None:
    page = open_page("manager", at, shared_server, java_script_enabled=script)
    page.goto(f"/p/{SLUG}/{YEAR}/{kind}/upload/")
    page.get_by_label("File").set_input_files(written(tmp_path / f"{kind}.csv", header, wrong, kind))
    page.get_by_role("button", name="Upload").click()

    for line, (_, column, message) in wrong.items():
        id = f"r{line}-{column}"
        field, says = page.locator(f"#{id}"), page.locator(f"#{id}-says")
        expect(says).to_contain_text(message)
        assert field.get_attribute("aria-describedby") == f"{id}-says"
        warned = message.startswith(("Warning", "Saved"))
        assert (field.get_attribute("aria-invalid") == "true") != warned, id
        linked = page.locator(f'a[href="#{id}"]')
        expect(linked).to_contain_text([f"Row {line}, "])
        told = page.locator("details li" if warned else ".ds-c-alert--error li", has=linked)
        expect(told).to_contain_text(message)
    assert page.title().startswith("Error: ")

    with page.expect_download() as taken:
        page.get_by_role("button", name="Download these rows (CSV)").click()
    lines = list(csv.DictReader(taken.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert list(lines[0])[-2:] == ["result", "message"]
    for line, (_, _, message) in wrong.items():
        assert message in lines[line - 2]["message"]
        stopped = not message.startswith(("Warning", "Saved"))
        assert (lines[line - 2]["result"] == "to fix") == stopped
    assert all(each["result"] for each in lines)
