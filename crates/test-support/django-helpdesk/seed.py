"""Makes an agent with a known token and a queue; prints the queue's number."""

import os

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from helpdesk.models import Queue  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

agent = User.objects.create(username="agent", is_staff=True, is_superuser=True)
Token.objects.create(user=agent, key=os.environ["DESK_PASSWORD"])
queue = Queue.objects.create(title="Network", slug="network")
print(queue.id)
