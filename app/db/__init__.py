"""Tables, connections and migrations: the only room that talks to PostGIS."""
