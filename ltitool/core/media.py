"""What kind of file a story's media are: told by their bytes, not only by their names."""

import re
from pathlib import PurePosixPath

LARGEST = 2 * 1024 * 1024
_SVG = re.compile(rb"\s*+(<\?xml[^>]*+>\s*+)?+(<!--(?>.*?-->)\s*+)*+<svg[\s>]", re.DOTALL)
_UNSAFE_SVG = re.compile(
    rb"<\s*([\w.-]+:)?(script|foreignObject|iframe|embed|object|animate\w*|set)\b|<!(DOCTYPE|ENTITY)"
    rb"|\son\w+\s*=|javascript:|(href|src)\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)|@import",
    re.IGNORECASE,
)
_BEGINNINGS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3"),
    ".vtt": (b"WEBVTT", b"\xef\xbb\xbfWEBVTT"),
}
_PICTURES = (".svg", ".png", ".jpg", ".webp")
_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
}


def media_type(name: str) -> str | None:
    """Return the media type of a file name the format allows, or None."""
    return _TYPES.get(PurePosixPath(name).suffix.lower())


def suffix_of(content: bytes) -> str | None:
    """Return how the name of a picture ends that these bytes are; None when they are no picture."""
    return next((suffix for suffix in _PICTURES if _begins_right(suffix, content)), None)


def media_problem(name: str, content: bytes) -> str:
    """Return what keeps this file out of a story, as a sentence; empty when nothing does."""
    suffix = PurePosixPath(name).suffix.lower()
    if media_type(name) is None:
        return f"“{name}” is of a kind that stories cannot hold; use svg, png, jpg, webp, mp3, mp4."
    if len(content) > LARGEST:
        return f"“{name}” is larger than {LARGEST:,} bytes, the most that fits."
    if not _begins_right(suffix, content):
        return f"“{name}” is not what its name says it is."
    if suffix == ".svg" and _UNSAFE_SVG.search(content):
        return f"“{name}” holds a script or points outside itself; draw it without."
    return ""


def _begins_right(suffix: str, content: bytes) -> bool:
    if suffix == ".svg":
        return _SVG.match(content) is not None and _is_utf8(content)
    if suffix == ".webp":
        return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if suffix == ".mp4":
        return content[4:8] == b"ftyp"
    return content.startswith(_BEGINNINGS[suffix])


def _is_utf8(content: bytes) -> bool:
    """Whether the text is what it seems: in another encoding a script would look harmless."""
    declared = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", content)
    if declared is not None and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
