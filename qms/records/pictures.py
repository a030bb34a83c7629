"""Makes a photograph safe to keep: only its pixels stay.

Position, camera, serial numbers, the photographer's name and whatever was hung on after the
picture (some phones add a short film) are left behind, because the picture is drawn anew.
"""

import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
MAX_IMAGE_PIXELS = 65_000_000  # the biggest phone camera in daily use; 200 MB of memory
_SAVED_AS = {
    "JPEG": {"quality": 90},
    "PNG": {},
    "WEBP": {"quality": 90},
    "GIF": {},
}


def cleaned(upload: File, name: str) -> tuple[str, bytes]:
    """Return the media type and the content of a picture drawn anew, turned the right way up.

    A moving picture becomes its first frame. Raises ValidationError when the picture is damaged
    or would take too much memory.
    """
    with warnings.catch_warnings():
        # Our own limit is stricter than the one Pillow warns at.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(upload, formats=tuple(_SAVED_AS)) as picture:
                _refuse_bombs(picture)
                kind = "JPEG" if picture.format == "MPO" else str(picture.format)
                return f"image/{kind.lower()}", _redrawn(picture, kind)
        except Image.DecompressionBombError as fault:
            raise ValidationError(_too_many_pixels()) from fault
        except ValidationError:
            raise
        # Pillow's readers answer a damaged picture with many kinds of errors.
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as fault:
            raise _damaged(name) from fault
        except (TypeError, IndexError, KeyError, OverflowError, MemoryError) as fault:
            raise _damaged(name) from fault


def _damaged(name: str) -> ValidationError:
    return ValidationError(
        _("The picture “%(name)s” is damaged. Take a new one, or choose another.") % {"name": name}
    )


def _too_many_pixels() -> str:
    return _(
        "The picture has more than %(most)s million pixels. Take a new one with lower resolution, "
        "or send a screenshot of it."
    ) % {"most": MAX_IMAGE_PIXELS // 1_000_000}


def _refuse_bombs(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_IMAGE_PIXELS:
        raise ValidationError(_too_many_pixels())


def _redrawn(picture: Image.Image, kind: str) -> bytes:
    picture.load()
    upright: Image.Image = ImageOps.exif_transpose(picture)
    upright = _in_common_colours(upright)
    if kind == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    # What Pillow writes besides pixels it takes from here: comments, profiles, positions.
    upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
    result = io.BytesIO()
    upright.save(result, format=kind, **_SAVED_AS[kind])
    return result.getvalue()


def _in_common_colours(picture: Image.Image) -> Image.Image:
    """Return the picture in sRGB, so that its own colour profile can be left behind."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        common = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(picture, own, common, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return turned or picture
