-- An event store in a table: one global order, (stream, version) unique, appends through a function
-- that takes a lock and checks the expected version. With one lock for all (the category's) readers
-- never see positions out of order; with a lock a stream commits go together but may be seen so.
CREATE TABLE events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream int NOT NULL,
  version int NOT NULL,
  body bytea NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (stream, version));

CREATE FUNCTION append_event(of_stream int, lock_key bigint, content bytea) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  expected int;
  written bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(lock_key);
  SELECT coalesce(max(version), 0) INTO expected FROM events WHERE stream = of_stream;
  INSERT INTO events (stream, version, body) VALUES (of_stream, expected + 1, content)
    RETURNING position INTO written;
  RETURN written;
END $$;

-- Many appends in one transaction without a round trip between them: the kindest case.
CREATE FUNCTION append_many(how_many int, content bytea) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. how_many LOOP
    PERFORM append_event(floor(random() * 10000)::int, 1, content);
  END LOOP;
END $$;

CREATE TABLE cases (id int PRIMARY KEY, worker int NOT NULL, note text NOT NULL);
INSERT INTO cases SELECT i, i % 500, lpad(i::text, 80, '0') FROM generate_series(0, 9999) AS i;
CREATE INDEX ON cases (worker);
