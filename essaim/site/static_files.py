"""Static files: hashed names in production, only the files that pages use."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """The packages also hold sources, other builds and source maps (38 MB): left where they are."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.map", "*-dev.js", "*.d.ts", "*.scss", "scss", "*.md", "*.json", "maplibre-gl.js"),
        *("ext", "htmax-*", "htmx-4*", "htmx-2.js"),
    ]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Without Django's rewriting of source-map comments: the maps are not collected."""

    patterns = tuple(
        (
            extension,
            tuple(p for p in rewritten if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])),
        )
        for extension, rewritten in CompressedManifestStaticFilesStorage.patterns
    )

    def create_compressor(self, **options: object) -> Compressor:
        """gzip only: brotli would save 15 % of the bytes and cost the first start twenty seconds."""
        return Compressor(use_brotli=False, **options)
