"""Pages for people beside the API's JSON: the same content, the same links, no script."""
