"""A form that comes with nothing in it, or with what nobody asks for, is no fault of any page."""

import pytest
from addresses import places
from django.db import transaction
from gathered import addresses, gathered
from signing import signed_in


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("given", [{}, {"x": "y"}], ids=["nothing", "something else"])
def test_no_page_breaks_on_it(given: dict[str, str]) -> None:
    crowd = gathered(3, "000111111")
    client = signed_in(crowd.people["runs"])
    client.raise_request_exception = False
    tried, broken = 0, []
    for place in (each for each in places() if each.rule != "secret"):
        for address in addresses(place, crowd, "runs")[:1]:
            with transaction.atomic():
                broken += [place.name] if client.post(address, given).status_code == 500 else []
                transaction.set_rollback(True)
            tried += 1

    assert tried > 100
    assert broken == []
