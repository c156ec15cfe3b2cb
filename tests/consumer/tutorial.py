"""The code of plugins/README.md: each fenced block under a line <!-- file: NAME --> is a file."""
import pathlib
import re

README = pathlib.Path(__file__).resolve().parents[2] / "plugins/README.md"
BLOCK = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)


def files():
    """Name -> text."""
    return dict(BLOCK.findall(README.read_text()))


def write_to(folder):
    folder.mkdir(parents=True)
    for name, text in files().items():
        (folder / name).write_text(text)
