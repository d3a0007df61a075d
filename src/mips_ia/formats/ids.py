"""The identifiers of MIPS: their shape, and the check digit of an NPI; and ZIP codes."""

import re
from functools import lru_cache


@lru_cache(maxsize=100_000)
def npi_checks(npi: str) -> bool:
    """Whether the last digit of an NPI agrees with the others (Luhn's sum behind the prefix 80840)."""
    digits = [int(digit) for digit in reversed("80840" + npi)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def is_tin(given: str) -> bool:
    """Whether it is 9 digits."""
    return re.fullmatch(r"[0-9]{9}", given) is not None


def is_npi(given: str) -> bool:
    """Whether it is 10 digits, whatever the check digit says."""
    return re.fullmatch(r"[0-9]{10}", given) is not None


def is_zip(given: str) -> bool:
    """Whether it is 5 digits, or 9 with or without a hyphen."""
    return re.fullmatch(r"[0-9]{5}(-?[0-9]{4})?", given) is not None
