CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta VALUES ('generation', 0), ('secret', randomblob(16)), ('last_identity', 0), ('last_block', 0),
  ('audit_rows', 0), ('audit_head', zeroblob(32));

CREATE TABLE planet (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  constellation TEXT NOT NULL, rhythm_days INTEGER NOT NULL, sample INTEGER NOT NULL,
  place INTEGER NOT NULL, archived INTEGER NOT NULL, sum INTEGER NOT NULL);

CREATE TABLE source (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  planet INTEGER NOT NULL REFERENCES planet, origin TEXT NOT NULL, cursor BLOB, sum INTEGER NOT NULL);

CREATE TABLE import (
  id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL REFERENCES source,
  planet INTEGER NOT NULL REFERENCES planet, state TEXT NOT NULL,
  started INTEGER NOT NULL, finished INTEGER NOT NULL, -- Unix microseconds, 0 is never
  read INTEGER NOT NULL, added INTEGER NOT NULL, duplicates INTEGER NOT NULL, skipped INTEGER NOT NULL,
  error TEXT NOT NULL, before BLOB, live INTEGER NOT NULL, sum INTEGER NOT NULL);

CREATE TABLE import_skipped (import INTEGER NOT NULL, row INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL);
CREATE INDEX import_skipped_import ON import_skipped (import);

-- what a team filled in once so that a source keeps bringing activities
CREATE TABLE source_setup (
  name TEXT PRIMARY KEY, platform TEXT NOT NULL, planet INTEGER NOT NULL REFERENCES planet, created INTEGER NOT NULL,
  paused INTEGER NOT NULL, settings BLOB NOT NULL, secrets BLOB, state BLOB NOT NULL) WITHOUT ROWID; -- secrets are sealed

-- rows of an import that were dropped because an earlier one held them
CREATE TABLE import_duplicate (import INTEGER NOT NULL, holder INTEGER NOT NULL, entries INTEGER NOT NULL,
  PRIMARY KEY (import, holder)) WITHOUT ROWID;

CREATE TABLE block (
  seq INTEGER PRIMARY KEY, import INTEGER NOT NULL, entries INTEGER NOT NULL, retracts INTEGER NOT NULL,
  min_micro INTEGER NOT NULL, max_micro INTEGER NOT NULL, hot BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE INDEX block_retracts ON block (seq) WHERE retracts > 0;
CREATE TABLE block_keys (seq INTEGER PRIMARY KEY, keys BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE block_frame (id INTEGER PRIMARY KEY, data BLOB NOT NULL); -- id = seq << 16 | frame

CREATE TABLE identity (
  id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
  name TEXT NOT NULL, import INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE evidence (a INTEGER NOT NULL, b INTEGER NOT NULL, kind INTEGER NOT NULL, import INTEGER NOT NULL, at INTEGER NOT NULL,
  sum INTEGER NOT NULL, PRIMARY KEY (a, b, kind, import)) WITHOUT ROWID;
CREATE TABLE affiliation (
  identity INTEGER NOT NULL, namespace TEXT NOT NULL, organization TEXT NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL,
  name TEXT NOT NULL, domain TEXT NOT NULL, import INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (identity, namespace, organization, at, ended, import)) WITHOUT ROWID;
CREATE TABLE decision (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, same INTEGER NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE mark (identity INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL);
-- what a person decided about praise or gaming that was asked about: one row an identity
CREATE TABLE verdict (
  number INTEGER NOT NULL, identity INTEGER NOT NULL, planet INTEGER NOT NULL, kind INTEGER NOT NULL, activity TEXT NOT NULL,
  counts INTEGER NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (number, identity)) WITHOUT ROWID;
-- what people decided about a conversation; thread is the mark that the journal keeps; by and owner_account are accounts
CREATE TABLE conversation (
  planet INTEGER NOT NULL, thread INTEGER NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL, say INTEGER NOT NULL, until INTEGER NOT NULL,
  owner_account INTEGER NOT NULL, owner INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (planet, thread)) WITHOUT ROWID;
CREATE TABLE teammate (rule TEXT PRIMARY KEY, at INTEGER NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE note (id INTEGER PRIMARY KEY, identity INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE tag (identity INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (identity, tag)) WITHOUT ROWID;
-- what people called a circle, and who was in it then: the circle that has most of them is the one
CREATE TABLE circle_name (planet INTEGER NOT NULL REFERENCES planet, circle INTEGER NOT NULL, name TEXT NOT NULL, members BLOB NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (planet, circle)) WITHOUT ROWID;
-- who was introduced to whom, or is not to be: by is an account, 0 the shell
CREATE TABLE introduction (
  number INTEGER PRIMARY KEY AUTOINCREMENT, planet INTEGER NOT NULL REFERENCES planet, a INTEGER NOT NULL, b INTEGER NOT NULL,
  at INTEGER NOT NULL, by INTEGER NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL, decided INTEGER NOT NULL);
-- what somebody means to do for a person, and what came of it: by, owner and ended_by are accounts (0 the shell or
-- nobody, -1 who entered by the link); began and closed are where the person stood, in JSON
CREATE TABLE task (
  number INTEGER PRIMARY KEY AUTOINCREMENT, planet INTEGER NOT NULL REFERENCES planet, kind TEXT NOT NULL, who INTEGER NOT NULL,
  other INTEGER NOT NULL, thread INTEGER NOT NULL, text TEXT NOT NULL, because TEXT NOT NULL, made INTEGER NOT NULL, by INTEGER NOT NULL,
  owner INTEGER NOT NULL, due INTEGER NOT NULL, until INTEGER NOT NULL, done INTEGER NOT NULL, outcome TEXT NOT NULL, note TEXT NOT NULL,
  ended INTEGER NOT NULL, ended_by INTEGER NOT NULL, began TEXT NOT NULL, closed TEXT NOT NULL);
CREATE INDEX task_planet ON task (planet, done);
-- lists of people that somebody keeps under a name: what is asked for, or with fixed who was put on it; owner is an account, 0 the shell
CREATE TABLE saved_list (
  number INTEGER PRIMARY KEY AUTOINCREMENT, planet INTEGER NOT NULL REFERENCES planet, name TEXT NOT NULL, owner INTEGER NOT NULL, shared INTEGER NOT NULL,
  fixed INTEGER NOT NULL, query TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE saved_list_person (list INTEGER NOT NULL, identity INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (list, identity)) WITHOUT ROWID;
CREATE INDEX saved_list_identity ON saved_list_person (identity);
-- what a team writes on a day, for charts: planet 0 is all; by is an account, 0 the shell
CREATE TABLE dated_note (number INTEGER PRIMARY KEY AUTOINCREMENT, planet INTEGER NOT NULL, day INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL);
CREATE TABLE erased (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE catalogue (version INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, overrides BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE INDEX note_identity ON note (identity);

-- purposes: every version is kept, the newest counts; by is an account, 0 the shell
CREATE TABLE purpose (
  number INTEGER NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL,
  slug TEXT NOT NULL, title TEXT NOT NULL, statement TEXT NOT NULL, owner TEXT NOT NULL, ask TEXT NOT NULL, partners TEXT NOT NULL,
  public INTEGER NOT NULL, sample INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL,
  PRIMARY KEY (number, version)) WITHOUT ROWID;
CREATE TABLE purpose_planet (purpose INTEGER NOT NULL, version INTEGER NOT NULL, planet INTEGER NOT NULL,
  PRIMARY KEY (purpose, version, planet)) WITHOUT ROWID;
CREATE TABLE measure (purpose INTEGER NOT NULL, version INTEGER NOT NULL, place INTEGER NOT NULL, rule TEXT NOT NULL,
  PRIMARY KEY (purpose, version, place)) WITHOUT ROWID;
CREATE TABLE purpose_update (number INTEGER PRIMARY KEY AUTOINCREMENT, purpose INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL);

-- partners: lists are words with a space between; a link counts who followed it, and notes nothing else
CREATE TABLE partner (
  slug TEXT PRIMARY KEY, title TEXT NOT NULL, statement TEXT NOT NULL, domains TEXT NOT NULL, channels TEXT NOT NULL, -- channels: a line each
  sample INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE partner_code (
  code TEXT PRIMARY KEY COLLATE NOCASE, partner TEXT NOT NULL, address TEXT NOT NULL, otherwise TEXT NOT NULL, followed INTEGER NOT NULL,
  salt TEXT NOT NULL, switched INTEGER NOT NULL, block_days INTEGER NOT NULL) WITHOUT ROWID; -- block_days 0: always on
CREATE TABLE partner_trial (
  partner TEXT NOT NULL, name TEXT NOT NULL, planet INTEGER NOT NULL, salt TEXT NOT NULL, held INTEGER NOT NULL, -- in thousandths
  first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (partner, name)) WITHOUT ROWID;
CREATE TABLE partner_room (
  number INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, partner TEXT NOT NULL, purpose TEXT NOT NULL, planet INTEGER NOT NULL,
  made INTEGER NOT NULL, expires INTEGER NOT NULL);
CREATE TABLE partner_update (
  number INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, at INTEGER NOT NULL, theirs INTEGER NOT NULL, text TEXT NOT NULL);

CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
  created INTEGER NOT NULL);
CREATE TABLE access (account INTEGER NOT NULL, planet INTEGER NOT NULL, role INTEGER NOT NULL, addresses INTEGER NOT NULL, -- planet 0: all
  PRIMARY KEY (account, planet)) WITHOUT ROWID;
CREATE TABLE invitation (
  number INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, email TEXT NOT NULL, by INTEGER NOT NULL,
  made INTEGER NOT NULL, expires INTEGER NOT NULL);
CREATE TABLE invitation_access (invitation INTEGER NOT NULL, planet INTEGER NOT NULL, role INTEGER NOT NULL, addresses INTEGER NOT NULL,
  PRIMARY KEY (invitation, planet)) WITHOUT ROWID;
CREATE TABLE session ( -- account 0: by link; begun and seen to the hour; browser and system in words
  number INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, account INTEGER NOT NULL, expires INTEGER NOT NULL,
  begun INTEGER NOT NULL, seen INTEGER NOT NULL, browser TEXT NOT NULL, system TEXT NOT NULL);
CREATE TABLE passkey ( -- id and handle: as its device names it and the account; record: public key and counter
  number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, account INTEGER NOT NULL, handle BLOB NOT NULL,
  name TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE entry_link (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL, scope TEXT NOT NULL, planet INTEGER NOT NULL, source TEXT NOT NULL,
  addresses INTEGER NOT NULL, account INTEGER NOT NULL, -- account: who made it; 0: the shell or the first-run link
  created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;

-- where other programs hear what happened; types: words with a space between, empty: all; secrets are sealed
CREATE TABLE webhook (
  name TEXT PRIMARY KEY, address TEXT NOT NULL, types TEXT NOT NULL, planet INTEGER NOT NULL, names INTEGER NOT NULL,
  created INTEGER NOT NULL, state TEXT NOT NULL, failing INTEGER NOT NULL, missed INTEGER NOT NULL, secrets BLOB NOT NULL) WITHOUT ROWID;
-- what they are told: written with what causes it, kept until it arrived and a while longer; next and ended 0: never
CREATE TABLE webhook_message (
  number INTEGER PRIMARY KEY AUTOINCREMENT, webhook TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL,
  planet INTEGER NOT NULL, data TEXT NOT NULL, outcome TEXT NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL, ended INTEGER NOT NULL, UNIQUE (webhook, id));
CREATE INDEX webhook_message_waiting ON webhook_message (webhook, next) WHERE outcome = 'waiting';
CREATE TABLE webhook_try (message INTEGER NOT NULL, at INTEGER NOT NULL, took INTEGER NOT NULL, status INTEGER NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (message, at)) WITHOUT ROWID;
-- what was seen when it was looked last for what is worth telling: sorted numbers
CREATE TABLE news_seen (subject TEXT PRIMARY KEY, seen BLOB NOT NULL) WITHOUT ROWID;
-- who did what, in numbers; each hash is over its row and the hash before, the last one stands in meta
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, planet INTEGER NOT NULL, about TEXT NOT NULL,
  hash BLOB NOT NULL);
