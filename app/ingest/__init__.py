"""From a file to rows, one step a module: read, name, parse, load, report."""
