"""Parts of a page that are fetched anew: they say that they are, and what is there stays."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
HEAD = "performance_year,tin,npi,last_name,first_name\n"


def test_a_slow_part_is_busy_and_says_so_and_what_is_there_stays(open_page: Open) -> None:
    page = open_page()
    page.goto(f"{HERE}activities/")

    waiting: list[Route] = []
    page.route("**/activities/?q=*", lambda route: waiting.append(route))  # noqa: PLW0108 - a bound method of a list cannot be wrapped
    page.locator("#filter-q").fill("telehealth")
    results = page.locator("#results")
    expect(results).to_have_attribute("aria-busy", "true")
    expect(page.locator("#live")).to_have_text("Still working…")
    expect(page.locator(".ia-working")).to_have_text("Still working…")
    assert results.locator("tbody tr").count() > 5
    waiting[0].continue_()
    expect(page.locator("#live")).to_contain_text("activit")
    expect(results).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".ia-working")).to_have_count(0)


def test_no_answer_leaves_the_page_as_it_was_and_says_so(open_page: Open) -> None:
    page = open_page()
    page.goto(f"{HERE}activities/")
    page.route("**/activities/?q=*", lambda route: route.abort())
    page.locator("#filter-q").fill("telehealth")

    expect(page.locator("#live")).to_contain_text("There was no answer, so what you see is as it was.")
    assert page.locator("#results tbody tr").count() > 5


def test_a_file_is_uploaded_and_mended_with_words_for_how_far_it_is(
    open_page: Open, own_server: Served, tmp_path: Path
) -> None:
    page = open_page("manager", on=own_server)
    page.goto(f"{HERE}roster/upload/")
    page.evaluate("""() => {
        window.said = [];
        new MutationObserver(() => window.said.push(document.getElementById("live").textContent))
            .observe(document.getElementById("live"), { childList: true });
    }""")
    file = tmp_path / "roster.csv"
    file.write_text(f"{HEAD}{YEAR},000123456,123,Doe,Jo\n")
    page.locator("[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 1 row are ready")
    expect(page).to_have_url(re.compile("/roster/uploads/"))
    assert "Uploading, 100 percent" in page.evaluate("window.said")
    assert page.title().startswith("Error: ")
    page.get_by_label("Leave row 2 out").check()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("button", name="Save nothing")).to_be_visible()
    assert page.evaluate("window.said.length")  # the same document all the while


def test_print_is_a_button_only_where_it_does_something(open_page: Open) -> None:
    for script, shown in ((True, 1), (False, 0)):
        page = open_page(java_script_enabled=script)
        page.goto(f"{HERE}score/")
        assert page.locator("[data-print]:visible").count() == shown
