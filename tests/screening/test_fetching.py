"""A message whose page of the web fetches something from elsewhere when it is shown says so."""

import pytest
from making import mail

from mips_ia.screening.looking import looked

FETCHING = [
    '<img src="http://far.example/a.png">', "<IMG SRC=//far.example/a.png>", '<img src="&#104;ttp://far.example/a">',
    '<img srcset="cid:a 1x, https://far.example/b.png 2x">', '<table background="https://far.example/a.png">',
    '<p style="background: url( https://far.example/a.png)">', "<style>@import 'https://far.example/a.css'</style>",
    '<link rel="stylesheet" href="https://far.example/a.css">', r'<img src="\\far.example\a.png">',
    "<img src='http:/\n/far.example/a.png'>", r"<img src='http:\/far.example/a.png'>",
    "<image href='https://far.example/a.png'>",
    r"<p style='background: \75 rl(https://far.example/a.png)'>",
    "<p style='background: u/**/rl(//far.example/a.png)'>",
    r"<style>@\69mport 'https://far.example/a.css'</style>",
    '<meta http-equiv="refresh" content="0; url=https://far.example/">', '<base href="https://far.example/">',
]  # fmt: skip
STAYING = [
    '<img src="cid:logo@demo.example">', '<img src="data:image/png;base64,//8A">', '<a href="https://far.example/">Read</a>',
    '<p style="color: red">//</p>', '<meta name="from" content="https://far.example/">', "https://far.example/a.png",
]  # fmt: skip


def codes(page: str) -> list[str]:
    """What is noted of a message with a page."""
    return [each.code for each in looked(mail("Hi", page=f"<p>Hi</p>{page}"), "a.eml", 2026).notes]


@pytest.mark.parametrize("page", FETCHING)
def test_what_is_fetched_from_elsewhere_is_noted(page: str) -> None:
    assert codes(page) == ["message_fetches"]


@pytest.mark.parametrize("page", STAYING)
def test_what_stays_in_the_message_or_waits_for_a_click_is_not(page: str) -> None:
    assert codes(page) == []
