"""The tests; what several of them use is in ``tests.support``."""

import pytest

# Its assertions then tell what they found, as those of the tests do.
pytest.register_assert_rewrite("tests.support")
