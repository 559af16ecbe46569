"""What the server's tests share: how generated tests run, and where log events go."""

import pytest
import structlog
from hypothesis import HealthCheck, settings

# Asserts of what several folders share explain themselves as those of tests do.
pytest.register_assert_rewrite(
    "store.battery_lists",
    "store.battery_log_events",
    "store.battery_renewal",
    "store.battery_scores",
    "store.battery_writes",
    "store.shelf",
)

# No deadlines: how long one example takes says more about the machine than about the code.
settings.register_profile(
    "threadline", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("threadline")

# Through the standard library, where `caplog` sees them, as in the server itself.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
