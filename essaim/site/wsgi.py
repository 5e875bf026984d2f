"""The application a web server calls."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
application = get_wsgi_application()

from essaim.ui.charts.drawing import warm_up  # noqa: E402  # rooms are imported once Django is ready

# The chart engine takes half a second to start: not at the expense of the first reader.
threading.Thread(target=warm_up, daemon=True).start()
