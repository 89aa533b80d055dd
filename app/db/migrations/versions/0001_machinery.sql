-- The machinery under every layer: versions, history, cells and who may read.

CREATE FUNCTION stamp_row() RETURNS trigger LANGUAGE plpgsql AS $body$
-- Before a row changes: who changes it, and when.
BEGIN
  NEW.changed_at := now();
  NEW.changed_by := current_setting('riskmap.actor', true);
  RETURN NEW;
END
$body$;

CREATE FUNCTION history_columns(layer text) RETURNS text LANGUAGE sql STABLE AS $body$
-- The columns that a layer and its history share, as a list for SQL; NULL without a history.
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
 WHERE attrelid = to_regclass(quote_ident(layer || '_history')) AND attnum > 0
   AND NOT attisdropped AND attname NOT IN ('replaced_at', 'replaced_by', 'reason')
$body$;

CREATE FUNCTION cell_counts(source text, graded boolean) RETURNS text LANGUAGE sql IMMUTABLE
AS $body$
-- The query that counts rows of geom_3857 by cell: levels 16 (305 m) up to 6, each from the finest.
-- A cell is a tile of the zoom of its level; what lies beyond the grid's edge counts at the edge.
-- What leaves a cell and comes to it again with the same grade is no change of it.
SELECT format($query$
  SELECT level, x >> (16 - level) AS x, y >> (16 - level) AS y, sum(d)::int AS n,
         sum(d) FILTER (WHERE grade IS NULL)::int AS n0, sum(d) FILTER (WHERE grade = 1)::int AS n1,
         sum(d) FILTER (WHERE grade = 2)::int AS n2, sum(d) FILTER (WHERE grade = 3)::int AS n3,
         sum(d) FILTER (WHERE grade = 4)::int AS n4
    FROM (SELECT least(greatest(floor((ST_X(geom_3857) + 20037508.342789244)
                                      / 611.4962262814101), 0), 65535)::int AS x,
                 least(greatest(floor((20037508.342789244 - ST_Y(geom_3857))
                                      / 611.4962262814101), 0), 65535)::int AS y,
                 %2$s AS grade, sum(d) AS d
            FROM (%1$s) AS rows WHERE geom_3857 IS NOT NULL AND NOT ST_IsEmpty(geom_3857)
           GROUP BY 1, 2, 3 HAVING sum(d) <> 0) AS finest,
         generate_series(6, 16) AS level
   GROUP BY 1, 2, 3$query$,
  source, CASE WHEN graded THEN 'grade' ELSE 'NULL::smallint' END)
$body$;

CREATE FUNCTION keep_layer() RETURNS trigger LANGUAGE plpgsql AS $body$
-- After a statement: raise the layer's version and tell it, keep what was, count the cells anew.
-- Arguments: whether its cells are counted, whether it is graded.
DECLARE
  touched boolean;
  raised bigint;
  shared text := history_columns(TG_TABLE_NAME);
  before text := 'SELECT *, -1 AS d FROM old_rows';
  after text := 'SELECT *, 1 AS d FROM new_rows';
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT EXISTS (SELECT FROM old_rows) INTO touched;
  ELSE
    SELECT EXISTS (SELECT FROM new_rows) INTO touched;
  END IF;
  IF NOT touched THEN
    RETURN NULL;
  END IF;
  UPDATE layer_versions SET version = version + 1, changed_at = now()
   WHERE layer = TG_TABLE_NAME RETURNING version INTO raised;
  PERFORM pg_notify('layer_changed', TG_TABLE_NAME || ':' || raised);
  IF TG_OP <> 'INSERT' AND shared IS NOT NULL THEN
    EXECUTE format(
      'INSERT INTO %I (%s, replaced_at, replaced_by, reason)
       SELECT %2$s, now(), current_setting(''riskmap.actor'', true),
              current_setting(''riskmap.reason'', true)
         FROM old_rows WHERE changed_at < now()', TG_TABLE_NAME || '_history', shared);
  END IF;
  IF TG_ARGV[0]::boolean THEN
    EXECUTE format(
      'INSERT INTO cells AS c (layer, level, x, y, n, n0, n1, n2, n3, n4)
       SELECT %L, level, x, y, n, coalesce(n0, 0), coalesce(n1, 0), coalesce(n2, 0),
              coalesce(n3, 0), coalesce(n4, 0) FROM (%s) AS counted
       ON CONFLICT (layer, level, x, y) DO UPDATE SET n = c.n + excluded.n,
         n0 = c.n0 + excluded.n0, n1 = c.n1 + excluded.n1, n2 = c.n2 + excluded.n2,
         n3 = c.n3 + excluded.n3, n4 = c.n4 + excluded.n4', TG_TABLE_NAME,
      cell_counts(CASE TG_OP WHEN 'INSERT' THEN after WHEN 'DELETE' THEN before
                  ELSE before || ' UNION ALL ' || after END, TG_ARGV[1]::boolean));
    IF TG_OP <> 'INSERT' THEN
      DELETE FROM cells WHERE cells.layer = TG_TABLE_NAME AND n = 0;
    END IF;
  END IF;
  RETURN NULL;
END
$body$;

CREATE FUNCTION attach_layer(layer text) RETURNS void LANGUAGE plpgsql AS $body$
-- Let the database keep a layer: its version, its history, its cells, and who changed a row when.
-- Cells are counted for points; a partitioned layer has too many rows and is counted as it is read.
DECLARE
  event text;
  seen text;
  counted boolean;
  graded boolean;
BEGIN
  SELECT relkind = 'r' AND format_type(a.atttypid, a.atttypmod) ILIKE 'geometry(point,%'
    INTO counted
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'geom_3857'
   WHERE c.oid = quote_ident(layer)::regclass;
  SELECT EXISTS (SELECT FROM pg_attribute
                  WHERE attrelid = quote_ident(layer)::regclass AND attname = 'grade') INTO graded;
  INSERT INTO layer_versions VALUES (layer, 1, now()) ON CONFLICT DO NOTHING;
  EXECUTE format('CREATE TRIGGER stamp BEFORE UPDATE ON %I
                  FOR EACH ROW EXECUTE FUNCTION stamp_row()', layer);
  FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
    seen := CASE event
      WHEN 'INSERT' THEN 'NEW TABLE AS new_rows'
      WHEN 'DELETE' THEN 'OLD TABLE AS old_rows'
      ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END;
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s
                    FOR EACH STATEMENT EXECUTE FUNCTION keep_layer(%L, %L)',
                   'keep_' || lower(event), event, layer, seen, counted, graded);
  END LOOP;
  PERFORM let_read(layer);
  IF to_regclass(quote_ident(layer || '_history')) IS NOT NULL THEN
    PERFORM let_read(layer || '_history');
  END IF;
END
$body$;

CREATE FUNCTION let_read(relation text) RETURNS void LANGUAGE plpgsql AS $body$
-- The service reads as a role that can't write, where the database's owner could make one.
BEGIN
  IF to_regrole('riskmap_reader') IS NOT NULL THEN
    EXECUTE format('GRANT SELECT ON %I TO riskmap_reader', relation);
  END IF;
END
$body$;

DO $body$
BEGIN
  IF to_regrole('riskmap_reader') IS NULL THEN
    CREATE ROLE riskmap_reader NOLOGIN;
  END IF;
  EXECUTE format('GRANT riskmap_reader TO %I', current_user);
EXCEPTION
  -- Another connection made it first, or this user may not make roles: read with a read-only
  -- transaction alone.
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END
$body$;

SELECT let_read('layer_versions'), let_read('cells'), let_read('assessments'),
       let_read('imports'),
       let_read('alembic_version');
