"""What a server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mips_ia.portal.settings")
application = get_wsgi_application()
# What was read so far stays: the collector need not go through it again whenever a page reads many rows.
gc.collect()
gc.freeze()
