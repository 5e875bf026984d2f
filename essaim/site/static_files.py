"""Static files: hashed names in production, only the files that pages use."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """The npm folders also hold sources, type declarations and source maps (38 MB): left where they are."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map", "*-dev.js", "*.d.ts", "*.scss", "scss", "package.json", "unicode.json", "metadata.json", "*.md",
    ]  # fmt: skip


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Without Django's rewriting of source-map comments: the maps are not collected."""

    patterns = tuple(
        (
            extension,
            tuple(p for p in rewritten if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])),
        )
        for extension, rewritten in CompressedManifestStaticFilesStorage.patterns
    )
