"""Archives that mean harm, each made small: name -> (file name, bytes)."""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

from packing import lines, odd, tarred, zipped, zst

LINE = b'{"time": "2026-06-17T07:00:00Z", "msg": "event"}\n'
ZERO = b"\0" * (1 << 20)


def bomb(packed_of=zlib.DEFLATED, megabytes=600, unit=LINE * 20_000):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", packed_of) as archive,
        archive.open("app.jsonl", "w", force_zip64=True) as member,
    ):
        for _ in range(megabytes * (1 << 20) // len(unit)):
            member.write(unit)
    return out.getvalue()


def lying(data, *, central=None, local=None):
    """A zip of one member with numbers of its headers changed: {offset in the header: bytes}."""
    changed = bytearray(data)
    places = ((data.rfind(b"PK\x01\x02"), central or {}), (0, local or {}))
    for begins, changes in places:
        for at, value in changes.items():
            changed[begins + at : begins + at + len(value)] = value
    return bytes(changed)


def many(count):
    """A zip whose directory has so many entries of no size."""
    out, directory = bytearray(), bytearray()
    for number in range(count):
        name = b"%07d" % number
        at = len(out)
        out += struct.pack("<4s2B4HL2L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0x21, 0, 0, 0, len(name), 0) + name
        directory += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0x21, 0, 0, 0, len(name), 0, 0, 0, 0, 0, at
        ) + name  # fmt: skip
    at = len(out)
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), at)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return bytes(out + directory + large + place + end)


def overlapping(copies=250):
    """Every entry of the directory is the same member: a bomb without nesting (Fifield 2019)."""
    kernel = zlib.compress(LINE * 200_000, 9)[2:-4]
    crc, size = zlib.crc32(LINE * 200_000), len(LINE) * 200_000
    name = b"app.jsonl"
    out = struct.pack(
        "<4s2B4HL2L2H", b"PK\x03\x04", 20, 0, 0, 8, 0, 0x21, crc, len(kernel), size, len(name), 0
    ) + name + kernel  # fmt: skip
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 8, 0, 0x21, crc, len(kernel), size, len(name),
        0, 0, 0, 0, 0, 0,
    ) + name  # fmt: skip
    directory = entry * copies
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), len(out), 0)
    return out + directory + end


def nested(depth=4, wide=10, count=1_000_000):
    """A zip of zips of zips: ten to the power of its depth times 48 MB."""
    data = zipped([("app.jsonl", LINE * count)])
    for level in range(depth):
        data = zipped([(f"{level}-{n}.zip", data) for n in range(wide)], zipfile.ZIP_STORED)
        data = zipped([("all.zip", data)])
    return data


def pax_bomb():
    """A tar whose extended header says to be half a gigabyte, and is."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 512 << 20
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    out = [machine.compress(info.tobuf(tarfile.USTAR_FORMAT))]
    out += [machine.compress(b"9" * (1 << 20)) for _ in range(512)]
    return b"".join([*out, machine.flush()])


def sparse_tar():
    """A member that says to be eight terabytes, with nothing in it."""
    info = tarfile.TarInfo("app.jsonl")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 1 << 43
    return info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096


def many_in_a_tar(count):
    out = io.BytesIO()
    header = tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT)
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as stream:
        for _ in range(count // 1000):
            stream.write(header * 1000)
        stream.write(b"\0" * 1024)
    return out.getvalue()


def packed_bomb(codec, megabytes=1500, unit=LINE * 20_000):
    """A compressed file, or tar, of nothing but the same line."""
    rounds = megabytes * (1 << 20) // len(unit)
    if codec == "xz":
        machine = lzma.LZMACompressor(preset=1)
        return b"".join([*(machine.compress(unit) for _ in range(rounds)), machine.flush()])
    if codec == "zst":
        return zst(unit * rounds)
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(machine.compress(unit) for _ in range(rounds)), machine.flush()])


ONE = zipped([("app.jsonl", lines(50))])

#: Refused as a whole: nothing of it is stored.
WHOLE = {
    "a bomb of 1000:1": lambda: ("bomb.zip", bomb()),
    "a bomb of bz2": lambda: ("bomb.zip", bomb(zipfile.ZIP_BZIP2, 100, ZERO)),
    "members that lie over each other": lambda: ("overlapping.zip", overlapping()),
    "a million entries": lambda: ("many.zip", many(1_000_000)),
    "a million entries in a tar": lambda: ("many.tar.gz", many_in_a_tar(1_000_000)),
    "a header of half a gigabyte": lambda: ("pax.tar.gz", pax_bomb()),
    "a gz of 1000:1": lambda: ("app.jsonl.gz", packed_bomb("gz")),
    "an xz of 6000:1": lambda: ("app.jsonl.xz", packed_bomb("xz", 400)),
    "a zst of 10000:1": lambda: ("app.jsonl.zst", packed_bomb("zst", 200)),
    "a directory larger than the file": lambda: (
        "lying.zip",
        ONE[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 1 << 30, 0, 0),
    ),
    "a count that lies": lambda: (
        "lying.zip",
        ONE[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 55, len(ONE) - 77, 0),
    ),
}

GOOD = ("good.jsonl", lines(5))
_LINK = zipfile.ZipInfo("link.jsonl")
_LINK.create_system, _LINK.external_attr = 3, 0o120777 << 16
_PLAIN = zipped([("app.jsonl", lines(50))], zipfile.ZIP_STORED)

#: Members that are refused, beside one that is loaded: name -> (bytes, what the reason says).
MEMBERS = {
    "out of the folder": (zipped([("../../app.jsonl", LINE), GOOD]), "leads out of the archive"),
    "out of the folder, as Windows writes it": (zipped([("..\\..\\app.jsonl", LINE), GOOD]), "leads out"),
    "from the root": (zipped([("/etc/app.jsonl", LINE), GOOD]), "from the root"),
    "from a drive": (zipped([("C:\\app.jsonl", LINE), GOOD]), "from the root"),
    "from a share": (zipped([("\\\\host\\share\\app.jsonl", LINE), GOOD]), "from the root"),
    "without a name": (tarred([("", LINE), GOOD]), "no name"),
    "a link in a zip": (zipped([(_LINK, b"/etc/passwd"), GOOD]), "it is a link"),
    "a link in a tar": (tarred([odd("app.jsonl", tarfile.SYMTYPE, "/etc/passwd"), GOOD]), "it is a link"),
    "a hard link in a tar": (tarred([odd("app.jsonl", tarfile.LNKTYPE, "/etc/passwd"), GOOD]), "it is a link"),
    "a device": (tarred([odd("app.jsonl", tarfile.CHRTYPE), GOOD]), "it is a device"),
    "a pipe": (tarred([odd("app.jsonl", tarfile.FIFOTYPE), GOOD]), "it is a pipe"),
    "out of the folder, in a tar": (tarred([("../app.jsonl", LINE), GOOD]), "leads out of the archive"),
    "encrypted": (lying(_PLAIN, central={8: b"\x01\x00"}), "it is encrypted"),
    "a longer size": (lying(ONE, central={24: b"\xff\xff\0\0"}), "header says 65,535 bytes"),
    "a shorter size": (lying(ONE, central={24: b"\x10\0\0\0"}), "longer than the 16 bytes"),
    "a wrong checksum": (lying(ONE, central={16: b"\1\2\3\4"}), "the checksum differs"),
    "two names": (lying(ONE, local={30: b"APP"}), "another name than the directory"),
    "a method nobody knows": (lying(ONE, central={10: b"\x63\0"}), "packed by AES"),
    "a size of eight terabytes": (sparse_tar(), "holes"),
}  # fmt: skip
