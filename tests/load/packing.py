"""Archives and compressed bytes, made for tests: honest ones here, hostile ones in `hostile`."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pyarrow as pa


def zst(data):
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(data)
    return out.getvalue().to_pybytes()


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    "zst": zst,
}


def lines(count, start=0):
    """JSON lines, a second apart, each with its number."""
    return b"".join(
        b'{"time": "2026-06-17T07:%02d:%02dZ", "msg": "event %d"}\n' % (n // 60 % 60, n % 60, n)
        for n in range(start, start + count)
    )


def zipped(members, how=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members):
    """Members are (name, bytes), or whole headers (TarInfo) for what is no file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            info = tarfile.TarInfo(member[0])
            info.size, info.mtime = len(member[1]), 1_781_680_000
            archive.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def odd(name, kind, link=""):
    """A member that is no file: a link, a device, a pipe."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info
