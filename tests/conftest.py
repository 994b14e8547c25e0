"""For all tests: with NEED_SPECS=1 a test that is skipped for want of the platforms' descriptions is a failure.

`.ci/run` sets it where the folder is there.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn such a skip into a failure, with its reason."""
    report = yield
    assert isinstance(report, pytest.TestReport)
    if report.skipped and os.environ.get("NEED_SPECS") == "1" and "TEST_SPECS_DIR" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped although the descriptions are at hand: {item.nodeid}"
    return report
