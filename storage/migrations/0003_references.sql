-- Lists of heads that papers have published, as `headlight references import` read them, for comparing with what scans find.

-- A published list: what one paper says of one model.
CREATE TABLE reference_list (
  id INTEGER PRIMARY KEY,             -- of this catalogue only
  name TEXT NOT NULL UNIQUE,          -- "ioi-gpt2"
  title TEXT NOT NULL,                -- for people
  paper TEXT NOT NULL,                -- its title
  url TEXT NOT NULL,                  -- where the paper is
  models TEXT NOT NULL,               -- JSON ["openai-community/gpt2"]: names of the model that it is about
  architecture TEXT,                  -- of that model; NULL when the list does not say
  n_layers INTEGER NOT NULL,          -- of that model, count
  n_heads INTEGER NOT NULL,           -- of that model, query heads in a layer, count
  d_model INTEGER NOT NULL,           -- of that model, width of the residual stream, numbers
  content_hash TEXT NOT NULL,         -- hash of the file
  imported_at TEXT NOT NULL           -- time
) STRICT;

-- Which models a list is held against.
CREATE TABLE reference_model (
  list INTEGER NOT NULL REFERENCES reference_list (id) ON DELETE CASCADE,  -- which
  model INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,          -- against whose heads
  PRIMARY KEY (list, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_model_by_model ON reference_model (model);

-- What a list says of one family.
CREATE TABLE reference_family (
  list INTEGER NOT NULL REFERENCES reference_list (id) ON DELETE CASCADE,  -- of which list
  family TEXT NOT NULL,               -- "induction"; there need not be a detector of it
  "index" INTEGER NOT NULL,           -- place in the file, from 0
  sureness TEXT NOT NULL CHECK (sureness IN ('C', 'P', 'S', '2', 'M', 'R')),  -- how sure the list is: 'C' read in the authors' code or data, 'P' in the paper, 'S' in a survey, '2' in another's notes, 'M' from memory, 'R' reconstructed
  complete INTEGER NOT NULL,          -- 1: the authors looked at all heads of the model and name all that they found, so other heads are none
  score_name TEXT,                    -- what the published scores are; NULL without any
  note TEXT,                          -- one sentence; NULL without one
  has_detector INTEGER NOT NULL,      -- 1: the program that imported the list had a detector of the family
  PRIMARY KEY (list, family)
) STRICT, WITHOUT ROWID;

-- One published head.
CREATE TABLE reference_head (
  list INTEGER NOT NULL,              -- of which list
  family TEXT NOT NULL,               -- published as what
  layer INTEGER NOT NULL,             -- from 0
  head INTEGER NOT NULL,              -- query head in the layer, from 0
  score REAL,                         -- as published, what reference_family.score_name says; NULL without one
  PRIMARY KEY (list, family, layer, head),
  FOREIGN KEY (list, family) REFERENCES reference_family (list, family) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One row per model and head that a list names, beside what the scans of that model found of it.
CREATE VIEW published_heads AS
SELECT
  model.name AS model,                                        -- its name
  'L' || published.layer || 'H' || published.head AS head,    -- "L5H1"
  published.layer AS layer,                                   -- from 0
  published.head AS "index",                                  -- query head in the layer, from 0
  published.family AS family,                                 -- published as what
  list.name AS list,                                          -- "ioi-gpt2"
  published.score AS published_score,                         -- what score_name says; NULL without one
  about.score_name AS score_name,                             -- what the published scores are
  (SELECT max(found.score) FROM detector JOIN detector_head AS found ON found.detector = detector.id
   WHERE detector.model = model.id AND detector.family = published.family AND detector.measures_family = 1
     AND found.layer = published.layer AND found.head = published.head AND found.verdict <> 5) AS score,  -- largest statistic of the family's tasks; NULL: not measured
  (SELECT max(found.verdict IN (1, 2)) FROM detector JOIN detector_head AS found ON found.detector = detector.id
   WHERE detector.model = model.id AND detector.family = published.family AND detector.measures_family = 1
     AND found.layer = published.layer AND found.head = published.head AND found.verdict <> 5) AS found,  -- 1: confirmed or correlational on a task; NULL: not measured
  about.sureness AS sureness,                                 -- how sure the list is
  about.complete AS complete,                                 -- 1: other heads are none
  list.paper AS paper,                                        -- its title
  list.url AS url,                                            -- where the paper is
  list.imported_at AS imported_at                             -- time
FROM reference_head AS published
JOIN reference_family AS about ON about.list = published.list AND about.family = published.family
JOIN reference_list AS list ON list.id = published.list
JOIN reference_model AS held ON held.list = list.id
JOIN model ON model.id = held.model;
