"""Makes Fixtures/: small image files, and expected.json with their pixels as Pillow has them.

    pip install pillow numpy
    python3 make_image_fixtures.py
"""

import ctypes
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image, ImageOps, PngImagePlugin

FOLDER = pathlib.Path(__file__).parent / "Fixtures"
HEIGHT, WIDTH = 11, 17
random = numpy.random.default_rng(0)
expected = {}


def noise(*channels):
    return random.integers(0, 256, (HEIGHT, WIDTH, *channels), numpy.uint8)


def expect(name, image):
    """Notes an image's pixels, with what is transparent laid over white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    color = numpy.asarray(image.convert("RGB")).transpose(2, 0, 1)
    grey = numpy.asarray(image.convert("L"))
    expected[name] = {
        "width": image.width,
        "height": image.height,
        "grey": grey.ravel().tolist(),
        "color": color.ravel().tolist(),
    }


def save(name, image, **options):
    image.save(FOLDER / name, **options)
    expect(name, Image.open(FOLDER / name))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, samples, depth, kind, *ancillary, behind=(), passes=()):
    """Writes a PNG that Pillow cannot: rows of big-endian samples, or an image for each pass if it is interlaced."""
    rows = b"".join(b"\0" + row.tobytes() for image in passes or [samples] for row in image)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, bool(passes))
    pixels = chunk(b"IDAT", zlib.compress(rows))
    parts = [chunk(b"IHDR", header), *ancillary, pixels, *behind, chunk(b"IEND", b"")]
    (FOLDER / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def interlaced_png(name, samples, kind):
    """Writes an interlaced PNG of 8 bits: first row, first column and the steps of each pass of Adam7."""
    starts = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    passes = [samples[top::down, left::right] for top, left, down, right in starts]
    png(name, samples, 8, kind, passes=[one for one in passes if one.size])


def ycck(samples):
    """A JPEG of Adobe's YCCK, which Pillow does not write; H×W×4 samples, inverted as Adobe inverts them."""
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    compressor = ctypes.c_void_p(turbo.tjInitCompress())
    height, width, _ = samples.shape
    pixels = (255 - samples).tobytes()
    file, size = ctypes.c_void_p(), ctypes.c_ulong()
    cmyk, no_subsampling, quality = 11, 0, 90
    code = turbo.tjCompress2(
        compressor, pixels, width, 0, height, cmyk, ctypes.byref(file), ctypes.byref(size), no_subsampling, quality, 0
    )
    assert code == 0
    return ctypes.string_at(file.value, size.value)


def main():
    FOLDER.mkdir(exist_ok=True)
    save("rgb.png", Image.fromarray(noise(3)))
    save("grey.png", Image.fromarray(noise()))
    save("bilevel.png", Image.fromarray(noise()).convert("1"))
    save("palette.png", Image.fromarray(noise(3)).quantize(16))
    save("palette-transparent.png", Image.fromarray(noise(3)).quantize(16), transparency=3)
    save("grey-transparent.png", Image.fromarray(noise() // 64 * 64), transparency=64)
    save("rgba.png", Image.fromarray(noise(4), "RGBA"))
    save("grey-alpha.png", Image.fromarray(noise(2), "LA"))

    # Pillow does not read these depths rightly, so the rounding is spelt out: v * 255 / 65535.
    deep = random.integers(0, 65536, (HEIGHT, WIDTH), numpy.uint16)
    png("grey16.png", deep.astype(">u2"), 16, 0)
    expect("grey16.png", Image.fromarray(((deep.astype(numpy.uint32) * 255 + 32767) // 65535).astype(numpy.uint8)))
    deep = random.integers(0, 65536, (HEIGHT, WIDTH, 3), numpy.uint16)
    png("rgb16.png", deep.astype(">u2"), 16, 2)
    expect("rgb16.png", Image.fromarray(((deep.astype(numpy.uint32) * 255 + 32767) // 65535).astype(numpy.uint8)))

    # A gamma of 1, which a viewer would apply and a loader of training images does not.
    samples = noise(3)
    png("gamma.png", samples, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000)))
    expect("gamma.png", Image.open(FOLDER / "gamma.png"))

    smooth = Image.fromarray(noise(3)).resize((WIDTH * 2, HEIGHT * 2), Image.Resampling.BICUBIC)
    save("colour.jpg", smooth, quality=90)
    save("progressive.jpg", smooth, quality=80, progressive=True)
    save("grey.jpg", smooth.convert("L"), quality=90)
    save("cmyk.jpg", smooth.convert("CMYK"))

    # The orientation tag of cameras; both orders of bytes that a TIFF structure may have.
    for orientation in range(1, 9):
        name = f"orientation-{orientation}.jpg"
        exif = Image.Exif()
        exif.endian = "<" if orientation % 2 else ">"
        exif[0x010F] = "camera"
        exif[0x0112] = orientation
        smooth.save(FOLDER / name, quality=90, exif=exif)
        expect(name, ImageOps.exif_transpose(Image.open(FOLDER / name)))

    # The same tag in PNG's chunk, before and behind the pixels.
    samples = noise(3)
    for orientation, byte_order, is_behind in [(3, "<", False), (6, ">", False), (5, "<", True)]:
        name = f"orientation-{orientation}.png"
        exif = Image.Exif()
        exif.endian = byte_order
        exif[0x0112] = orientation
        tag = chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
        png(name, samples, 8, 2, *([] if is_behind else [tag]), behind=[tag] if is_behind else [])
        expect(name, ImageOps.exif_transpose(Image.open(FOLDER / name)))

    for name, kind, channels in [("interlaced-grey.png", 0, []), ("interlaced-rgba.png", 6, [4])]:
        interlaced_png(name, noise(*channels), kind)
        expect(name, Image.open(FOLDER / name))

    plain = (FOLDER / "cmyk.jpg").read_bytes()
    start = plain.index(b"\xff\xee")
    end = start + 2 + int.from_bytes(plain[start + 2 : start + 4], "big")
    (FOLDER / "cmyk-plain.jpg").write_bytes(plain[:start] + plain[end:])
    expect("cmyk-plain.jpg", Image.open(FOLDER / "cmyk-plain.jpg"))
    (FOLDER / "ycck.jpg").write_bytes(ycck(numpy.asarray(smooth.convert("CMYK"))))
    expect("ycck.jpg", Image.open(FOLDER / "ycck.jpg"))

    # 108 million pixels, white at the left and black at the right, whose pixels are not in expected.json.
    rows = (b"\0" + b"\xff" * 750 + b"\0" * 750) * 9000
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 12000, 9000, 1, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    (FOLDER / "large.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""))
    (FOLDER / "expected.json").write_text(json.dumps(expected) + "\n")


main()
