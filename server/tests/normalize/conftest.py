"""What the tests of normalizing share."""

import pytest

pytest.register_assert_rewrite("normalize.dialects.convention")
