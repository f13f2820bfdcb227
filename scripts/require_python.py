"""Say clearly when this Python is too old; written so that any Python can run it."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        "需要 Python 3.11 或更新版本，现为 "
        + found
        + "；请安装后运行 make PYTHON=python3.11 …\nPython 3.11 or newer is needed, this is "
        + found
        + "; install one, then run make PYTHON=python3.11 ..."
    )
