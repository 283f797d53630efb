#!/usr/bin/env python3
"""Checks that the documents quote files as they are.

usage: tools/lint/quotes.py [ROOT]

A line `<!-- quotes PATH -->` says that the fenced block after it is the whole file PATH. Prints `document:line: message` for
each block that differs, and exits 1 then.
"""

import pathlib
import re
import sys

MARK = re.compile(r"<!-- quotes (\S+) -->\n+```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def problems(root: pathlib.Path) -> list[str]:
    found = []
    for document in sorted(root.glob("*.md")):
        text = document.read_text(encoding="utf-8")
        marks = text.count("<!-- quotes ")
        blocks = list(MARK.finditer(text))
        if marks != len(blocks):
            found.append(f"{document.name}:1: {marks} marks, but {len(blocks)} of them stand before a fenced block")
        for block in blocks:
            line = text.count("\n", 0, block.start()) + 1
            source = root / block[1]
            if not source.is_file():
                found.append(f"{document.name}:{line}: there is no file {block[1]}")
            elif source.read_text(encoding="utf-8") != block[2]:
                found.append(f"{document.name}:{line}: the block differs from {block[1]}. Fix: copy the file into it")
    return found


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    found = problems(root if root.is_dir() else root.parents[2])
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
