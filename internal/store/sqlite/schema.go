package sqlite

import (
	_ "embed"
	"fmt"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

//go:embed schema.sql
var schemaV1 string

// migrations lead from one version of the schema to the next; they only go
// forward and each runs in a transaction of its own with its version number.
var migrations = []string{schemaV1}

// inspect looks at a file before anything is changed: whether this program may
// open it, and in which version of the schema it is.
func inspect(conn *sqlite.Conn, migrations []string) (version int, err error) {
	if version, err = pragma(conn, "user_version"); err != nil {
		return 0, err
	}
	id, err := pragma(conn, "application_id")
	if err != nil {
		return 0, err
	}
	tables, err := pragma(conn, "schema_version") // how often the schema was changed
	if err != nil {
		return 0, err
	}
	if id != applicationID && (version > 0 || id != 0 || tables > 0) {
		return 0, orrery.Errorf(orrery.Invalid, "this is a database of another program: name another folder with --data; nothing was changed")
	}
	if version > len(migrations) {
		return 0, orrery.Errorf(orrery.Conflict, "this data was written by a newer Orrery (format %d, this one knows %d): run the newer version; nothing was changed", version, len(migrations))
	}
	return version, nil
}

func migrate(conn *sqlite.Conn, migrations []string) error {
	version, err := inspect(conn, migrations)
	if err != nil {
		return err
	}
	for v := version; v < len(migrations); v++ {
		if err := step(conn, migrations[v], v+1); err != nil {
			return fmt.Errorf("migrate to format %d: %w", v+1, err)
		}
	}
	return nil
}

func step(conn *sqlite.Conn, script string, version int) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	script = fmt.Sprintf("%s;\nPRAGMA application_id=%d;\nPRAGMA user_version=%d;", script, applicationID, version)
	return sqlitex.ExecuteScript(conn, script, nil)
}

func pragma(conn *sqlite.Conn, name string) (int, error) {
	var value int
	err := sqlitex.ExecuteTransient(conn, "PRAGMA "+name, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			value = stmt.ColumnInt(0)
			return nil
		},
	})
	return value, err
}
