"""What is raised when the machine cannot be made ready."""

import re


class Unprepared(Exception):
    """Something that the program needs cannot be had; the message is one line with the mend."""


def short(text: str, limit: int = 300) -> str:
    """Return the line of a program's output that tells why it failed, cut to `limit` characters.

    The last line that looks like an error wins, else the last line that is not empty.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # npm tells the reason first and then explains at length; all others end with it.
    told_by_npm = [line for line in lines if re.match(r"npm error (?!code|path|command|$)", line)]
    telling = [line for line in lines if re.search(r"^E: |FATAL|PANIC|[Ee]rror: |ERROR", line)]
    return (told_by_npm[:1] or (telling or lines or ["it gave no reason"])[-1:])[0][:limit]
