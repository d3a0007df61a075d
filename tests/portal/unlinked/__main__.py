"""Builds everything, and prints what there is to look at."""

import json
import sys
from dataclasses import asdict

import django

django.setup()

from unlinked import Built
from unlinked.accounts import accounts
from unlinked.audits import audits
from unlinked.practices import practices
from unlinked.uploads import uploads

built = Built()
for each in (practices, uploads, audits, accounts):
    each(built)
sys.stdout.write(f"{json.dumps(asdict(built))}\n")
