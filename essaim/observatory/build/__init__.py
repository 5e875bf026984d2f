"""From official files to a published build: read, count, protect, write beside the old, swap."""

from essaim.observatory.build.run import BuildReport, NothingToCount, build

__all__ = ["BuildReport", "NothingToCount", "build"]
