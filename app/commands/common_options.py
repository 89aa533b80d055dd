"""Options that every command takes, wherever they stand on the line."""

NAMES = {
    "--host": "RISKMAP_HOST",
    "--port": "RISKMAP_PORT",
    "--home": "RISKMAP_HOME",
    "--database-url": "RISKMAP_DATABASE_URL",
}
"""Option to the variable that it overrides."""


def taken_out(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """The line without the common options, and the variables that they set.

    >>> taken_out(["serve", "--port", "8001", "--json"])
    (['serve'], {'RISKMAP_PORT': '8001', 'RISKMAP_JSON': '1'})
    """
    rest: list[str] = []
    found: dict[str, str] = {}
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            return [*rest, word, *words], found
        if word == "--json":
            found["RISKMAP_JSON"] = "1"
        elif name in NAMES and equals:
            found[NAMES[name]] = value
        elif name in NAMES:
            value = next(words, "")
            found[NAMES[name]] = value
        else:
            rest.append(word)
    return rest, found
