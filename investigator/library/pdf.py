"""The text of a PDF, to standard output: `python -m investigator.library.pdf FILE`, a process that may be stopped.

A PDF is a program of sorts: a page of a few bytes may unfold into gigabytes. So it is read with a bound on memory and
processor time, nothing in it is run, and no file that it names is opened.
"""

from __future__ import annotations

import logging
import sys

from investigator.errors import DataError

MEMORY = 1_500_000_000
SECONDS = 20
PAGES = 200
CHARACTERS = 400_000


def main(path: str) -> None:
    """Write the text of the first pages. Raises DataError, in one sentence, where it can't be read."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # a system that has no such limits: the time of whoever started this still holds
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    left = CHARACTERS
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DataError("it has a password")
        for page in reader.pages[:PAGES]:
            text = (page.extract_text() or "")[:left]
            left -= len(text)
            sys.stdout.buffer.write(f"{text}\n\n".encode("utf-8", "replace"))
            if left <= 0:
                break
    except MemoryError:
        raise DataError("it unfolds into more than a document holds") from None
    except DataError:
        raise
    except Exception as error:  # a broken file fails in as many ways as there are, and none of them is ours
        raise DataError(f"{error or type(error).__name__}"[:200].replace("\n", " ")) from None


if __name__ == "__main__":
    main(sys.argv[1])
