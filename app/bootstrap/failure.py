"""What is raised when the machine cannot be made ready."""


class Unprepared(Exception):
    """Something that the program needs cannot be had; the message is one line with the mend."""


def short(text: str, limit: int = 300) -> str:
    """Return the line of a program's output that tells why it failed, cut to `limit` characters.

    The last line that looks like an error wins, else the last line that is not empty.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [
        line
        for line in lines
        if line.startswith(("E: ", "ERROR", "FATAL", "PANIC", "npm error", "npm ERR!", "error:"))
        or any(word in line for word in ("FATAL:", "PANIC:", "ERROR:", "error:", "rror: "))
    ]
    return (telling or lines or ["it gave no reason"])[-1][:limit]
