package sqlite

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// booked makes a data folder whose audit has rows about things that were done, and
// returns the hashes of the rows.
func booked(t *testing.T) (dir string, hashes [][32]byte) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(dir, Options{})
	must(t, err)
	at := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	for i, action := range []string{"login", "people.merge", "people.erase", "settings.people", "logout"} {
		must(t, s.RecordAudit(t.Context(), audit.Entry{
			At: at.Add(time.Duration(i) * time.Hour), By: audit.Account(int64(1 + i%2)), Action: action, Planet: 1,
			About: []audit.Subject{audit.Number("person", int64(10+i)), {Kind: "purpose", ID: "more sun", Named: true}},
		}))
	}
	rows, err := s.Audit(t.Context(), audit.Query{})
	must(t, err)
	slices.Reverse(rows)
	for i := range rows {
		hashes = append(hashes, rows[i].Hash)
	}
	must(t, s.Close())
	return dir, hashes
}

func TestAChangedAuditIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		sql  []string
		says string
	}{
		{"nobody touched it", nil, ""},
		{"who did it was changed", []string{"UPDATE audit SET by = 'account:9' WHERE seq = 3"}, "row 3"},
		{"what was done was changed", []string{"UPDATE audit SET action = 'people.note' WHERE seq = 3"}, "row 3"},
		{"when it was done was changed", []string{"UPDATE audit SET at = at + 1 WHERE seq = 1"}, "row 1"},
		{"a text was moved into the next column", []string{"UPDATE audit SET action = 'login' || about, about = '' WHERE seq = 1"}, "row 1"},
		{"whom it concerned was changed in the last row", []string{"UPDATE audit SET about = 'person:99' WHERE seq = 5"}, "row 5"},
		{"the first row was removed", []string{"DELETE FROM audit WHERE seq = 1"}, "no row 1"},
		{"a row was removed", []string{"DELETE FROM audit WHERE seq = 3"}, "no row 3"},
		{"a row was removed and the rest moved up", []string{"DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = seq - 1 WHERE seq > 3"}, "row 3"},
		{"two rows were swapped", []string{
			"UPDATE audit SET seq = 100 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 100",
		}, "row 2"},
		{"the last rows were taken off", []string{"DELETE FROM audit WHERE seq > 3"}, "ends with row 3, and should end with row 5"},
		{"all rows were taken off", []string{"DELETE FROM audit"}, "ends with row 0"},
		{"a row was put in behind", []string{"INSERT INTO audit SELECT 6, at, by, action, planet, about, hash FROM audit WHERE seq = 5"}, "row 6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, hashes := booked(t)
			edit(t, filepath.Join(dir, fileName), test.sql...)
			s, err := Open(dir, Options{})
			must(t, err)
			defer func() { must(t, s.Close()) }()
			chain, err := s.VerifyAudit(t.Context(), [32]byte{})
			if test.says == "" {
				if err != nil || chain.Seq != 5 || chain.Head != hashes[4] {
					t.Errorf("got %+v, %v, want five rows that hold", chain, err)
				}
			} else if err == nil || orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
}

// Whoever can write the file can also make the end fit: that is found only by a
// hash that was noted elsewhere.
func TestAnAuditThatWasCutAndMadeToFitIsFoundByANotedHash(t *testing.T) {
	t.Parallel()
	dir, hashes := booked(t)
	edit(t, filepath.Join(dir, fileName), "DELETE FROM audit WHERE seq > 3",
		"UPDATE meta SET value = 3 WHERE key = 'audit_rows'", "UPDATE meta SET value = (SELECT hash FROM audit WHERE seq = 3) WHERE key = 'audit_head'")
	s, err := Open(dir, Options{})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	if chain, err := s.VerifyAudit(t.Context(), [32]byte{}); err != nil || chain.Seq != 3 {
		t.Errorf("got %+v, %v: the chain alone should hold, which is what the hint in the manual is about", chain, err)
	}
	if _, err := s.VerifyAudit(t.Context(), hashes[4]); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v for the hash of a row that was cut off, want Invalid", err)
	}
	if _, err := s.VerifyAudit(t.Context(), hashes[1]); err != nil {
		t.Errorf("got %v for the hash of a row that is there", err)
	}
}

func TestTheAuditIsAskedByWhoWhatAndWhen(t *testing.T) {
	t.Parallel()
	dir, _ := booked(t)
	s, err := Open(dir, Options{})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	day := orrery.DayOf(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	subject, err := s.AuditSubjects(t.Context(), []audit.Subject{{Kind: "purpose", ID: "more sun", Named: true}})
	must(t, err)
	for _, test := range []struct {
		name string
		q    audit.Query
		want []int64
	}{
		{"all, newest first", audit.Query{}, []int64{5, 4, 3, 2, 1}},
		{"two at a time", audit.Query{Limit: 2, Before: 4}, []int64{3, 2}},
		{"by one account", audit.Query{By: audit.Account(2)}, []int64{4, 2}},
		{"one action", audit.Query{Action: "log"}, nil},
		{"all of one area", audit.Query{Action: "people."}, []int64{3, 2}},
		{"one day", audit.Query{Day: day}, []int64{1}},
		{"the day behind", audit.Query{Day: day + 1}, []int64{5, 4, 3, 2}},
		{"one person", audit.Query{About: "person:11"}, []int64{2}},
		{"a person whose number begins alike", audit.Query{About: "person:1"}, nil},
		{"what has only a name", audit.Query{About: subject[0], Limit: 1}, []int64{5}},
		{"another planet", audit.Query{Planet: 2}, nil},
	} {
		rows, err := s.Audit(t.Context(), test.q)
		must(t, err)
		var got []int64
		for _, r := range rows {
			got = append(got, r.Seq)
			if strings.Contains(r.About, "sun") {
				t.Errorf("row %d holds a name: %s", r.Seq, r.About)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got rows %v, want %v", test.name, got, test.want)
		}
	}
	actions, err := s.AuditActions(t.Context())
	must(t, err)
	if !slices.Equal(actions, []string{"login", "logout", "people.erase", "people.merge", "settings.people"}) {
		t.Errorf("got the actions %q", actions)
	}
}
