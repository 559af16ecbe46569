"""What the server's tests share: how generated tests run."""

from hypothesis import HealthCheck, settings

# No deadlines: how long one example takes says more about the machine than about the code.
settings.register_profile(
    "threadline", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("threadline")
