"""The day and the practice of the demonstration, as `invented.toml` has them."""

import tomllib
from pathlib import Path

INVENTED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
DAY = INVENTED["day"]
