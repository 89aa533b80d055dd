"""The only room that knows HTTP: thin routes, parameters, problems."""
