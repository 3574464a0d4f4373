-- Names sort by their bytes, whatever the locale of the database.
CREATE TABLE objects (
    kind     text   COLLATE "C" NOT NULL,
    name     text   COLLATE "C" NOT NULL,
    value    text   NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (kind, name)
);

-- What the last revisions changed. No value: deleted.
CREATE TABLE changes (
    revision bigint NOT NULL,
    kind     text   COLLATE "C" NOT NULL,
    name     text   COLLATE "C" NOT NULL,
    value    text,
    PRIMARY KEY (revision, kind, name)
);

-- One row: the newest revision, and the one up to which `changes` was compacted. Every commit locks it until its end, so
-- revisions become visible in their order and without gaps. Pages are left mostly empty, because each commit leaves a dead
-- row behind.
CREATE TABLE head (
    one       boolean PRIMARY KEY CHECK (one),
    revision  bigint  NOT NULL,
    compacted bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head (one, revision, compacted) VALUES (true, 0, 0);
