package flow_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/csv"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
	"orrery.dev/orrery/internal/collect/ndjson"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// marker stands in every canary and nowhere else.
const marker = "qzxjvk"

// canary is somebody whose every value is unique and holds the marker.
type canary struct {
	login, name, address, alias, laptop string
}

func canaries(n int) []canary {
	chance := rand.New(rand.NewPCG(7, 7))
	word := func() string {
		const letters = "abcdefghilmnoprstu"
		b := []byte(marker)
		for range 7 {
			b = append(b, letters[chance.IntN(len(letters))])
		}
		return string(b)
	}
	list := make([]canary, n)
	for i := range list {
		c := &list[i]
		c.login, c.name = word(), "Q"+word()[1:]+" Q"+word()[1:]
		c.address = word() + "@" + word() + ".example"
		c.alias = c.name + " <" + c.address + ">"
		c.laptop = word() + "@laptop"
	}
	return list
}

// sources are files in which canaries and other people act and are spoken of.
type sources struct{ git, csv, ndjson string }

func (s sources) load(t testing.TB, system *flow.System) {
	t.Helper()
	mustImport(t, system, git.New(s.git, git.Options{}), flow.ImportPlan{Planet: "night-radio", Source: "git/x"})
	mustImport(t, system, csv.New(s.csv, csv.Options{Now: now}), flow.ImportPlan{Planet: "night-radio", Source: "csv/x"})
	mustImport(t, system, ndjson.New(s.ndjson, ndjson.Options{Now: now}), flow.ImportPlan{Planet: "night-radio", Source: "ndjson/x"})
}

// filesOf writes the sources. Without canaries it writes the same, but for what
// they do and where others address them.
func filesOf(t testing.TB, all []canary, with bool) sources {
	t.Helper()
	dir := t.TempDir()
	s := sources{filepath.Join(dir, "repo"), filepath.Join(dir, "table.csv"), filepath.Join(dir, "told.ndjson")}
	var stream, table, lines bytes.Buffer
	table.WriteString("id,who,name,email,when,kind,object,title\n")
	commits, mark := 0, ""
	commit := func(hour int, who, mail, text string) {
		commits++
		at := 1700000000 + 3600*hour
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\nauthor %s <%s> %d +0000\ncommitter %s <%s> %d +0000\ndata %d\n%s\n%s\n",
			commits, who, mail, at, who, mail, at, len(text), text, mark)
		mark = fmt.Sprintf("from :%d\n", commits)
	}
	for i, c := range all {
		at := now.Add(-time.Duration(i+1) * 7 * time.Hour).Format(time.RFC3339)
		if with {
			commit(4*i, c.name, c.address, "Add")
			commit(4*i+1, "Another "+c.login, c.laptop, "Fix")
			fmt.Fprintf(&table, "c%d,%s,%s,%s,%s,purchase,order-%d,Tape\n", i, c.login, c.name, c.address, at, i)
			fmt.Fprintf(&table, "bad%d,%s,%s,%s,the day before,purchase,order-%d,Tape\n", i, c.login, c.name, c.address, i)
			fmt.Fprintf(&lines, `{"external_id":"n%d","namespace":"forum.example","kind":"reply","actor":{"namespace":"forum.example","type":"login","value":%q,"name":%q,"email":%q},"at":%q,"thread":"t%d"}`+"\n", i, c.login, c.name, c.address, at, i)
			fmt.Fprintf(&lines, `{"external_id":"m%d","kind":"reply","actor":{"namespace":"forum.example","type":"login","value":%q,"email":%q},"at":%q}`+"\n", i, c.login, c.laptop, at)
			fmt.Fprintf(&lines, `{"external_id":"l%d","kind":"","actor":{"type":"login","value":%q,"email":%q},"at":%q}`+"\n", i, c.login, c.address, at)
		}
		commit(4*i+2, "Otto Other", "otto@town.example", fmt.Sprintf("Thank @%s and %s\n\nReviewed-by: Rita Rest <rita@town.example>\n", c.login, c.name))
		fmt.Fprintf(&table, "o%d,otto,Otto Other,otto@town.example,%s,purchase,gift-%s,For %s of %s\n", i, at, c.login, strings.ToUpper(c.name), c.address)
		to := ""
		if with {
			to = fmt.Sprintf(`,{"namespace":"forum.example","type":"login","value":%q}`, c.login)
		}
		fmt.Fprintf(&lines, `{"external_id":"re-%s-%d","namespace":"forum.example","kind":"reply","name":"to %s","actor":{"namespace":"forum.example","type":"login","value":"otto","email":"otto@town.example"},`+
			`"to":[{"namespace":"forum.example","type":"login","value":"rita"}%s],"object":{"id":"talk/%s","type":"topic","title":"Meet %s (%s), or %s","url":"https://forum.example/u/%s"},`+
			`"thread":"dm-%s","parent":"n-%s","at":%q,"prompted_by":"note to %s","partner":"%s","purposes":["help %s","all"],"tags":["%s","tape"]}`+"\n",
			c.login, i, c.name, to, c.login, c.name, c.login, c.address, c.login, c.address, c.alias, at, c.address, c.name, c.name, c.login)
	}
	if err := gittest.Import(t.Context(), s.git, &stream); err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{s.csv: table.Bytes(), s.ndjson: lines.Bytes()} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// hits counts where the marker shows in a folder's or one file's bytes: as it
// is, in any case, and in base64 wherever it may begin.
func hits(t testing.TB, path string) (list []string) {
	t.Helper()
	forms := []string{marker}
	for shift := range 3 {
		code := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", shift) + marker))
		forms = append(forms, code[4*((shift+2)/3):8*len(marker)/6])
	}
	err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(bytes.ToLower(data), []byte(marker)) {
			list = append(list, path+" as it is")
		}
		for _, f := range forms[1:] {
			if bytes.Contains(data, []byte(f)) {
				list = append(list, path+" in base64")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// stored writes out everything that a data folder holds, decoded: every entry
// of every block, retracted or not, and all that is known of identities.
func stored(t testing.TB, dir string) string {
	t.Helper()
	store, err := sqlite.Open(dir, sqlite.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var b strings.Builder
	j, err := journal.Open(t.Context(), store, [16]byte{})
	if err != nil {
		t.Fatal(err)
	}
	err = j.Replay(t.Context(), 0, func(r *journal.Replayed) error {
		fmt.Fprintln(&b, r.Kinds)
		return j.Entries(t.Context(), r, func(int) bool { return true }, func(_ int, e *journal.Entry) error {
			fmt.Fprintf(&b, "%+v\n", *e)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := store.Identities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%+v\n", identities)
	imports, err := store.Imports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range imports {
		rows, err := store.Skipped(t.Context(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v %+v\n", i, rows)
	}
	var ids []orrery.IdentityID
	for id := orrery.IdentityID(1); id <= identities.LastID; id++ {
		ids = append(ids, id)
	}
	notes, err := store.Notes(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := store.Tags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%+v %+v\n", notes, tags)
	return b.String()
}

func clean(t testing.TB, what, dir string) {
	t.Helper()
	if list := hits(t, dir); len(list) > 0 {
		t.Errorf("%s: somebody who was erased is in %v", what, list)
	}
	text := strings.ToLower(stored(t, dir))
	for n := 0; n < 5; n++ {
		at := strings.Index(text, marker)
		if at < 0 {
			return
		}
		t.Errorf("%s: somebody who was erased is decoded: …%s…", what, text[max(0, at-120):min(len(text), at+60)])
		text = text[at+len(marker):]
	}
}

func eraseAll(t testing.TB, s *flow.System) (people int) {
	t.Helper()
	for {
		var id orrery.IdentityID
		err := s.Graph(t.Context(), func(g *identity.Graph) error {
			for n := range g.Len() {
				i, ok := g.Identity(orrery.IdentityID(n + 1))
				if ok && strings.Contains(strings.ToLower(i.Key.Value), marker) {
					id = i.ID
					break
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if id == 0 {
			return people
		}
		if _, err := s.Erase(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		people++
	}
}

func TestErasedPeopleLeaveNoCopyAndDoNotComeBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it compares bytes, minutes of it under the race detector")
	}
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	all := canaries(25) // of 40 values each, in three sources
	told := filesOf(t, all, true)
	dir, elsewhere := t.TempDir(), t.TempDir()
	s := open(t, dir)
	told.load(t, s)
	if err := s.Mark(t.Context(), 1, orrery.Person); err != nil {
		t.Fatal(err)
	}
	otto := find(t, s, orrery.Key{Namespace: "forum.example", Type: "login", Value: "otto"})
	if err := s.AddNote(t.Context(), otto, "me", "Friend of "+all[0].name+", writes to "+all[1].address); err != nil {
		t.Fatal(err)
	}
	if err := s.Tag(t.Context(), []orrery.MemberID{orrery.MemberID(otto)}, "knows "+all[0].login, true); err != nil {
		t.Fatal(err)
	}
	older := filepath.Join(elsewhere, "older.db")
	if err := s.Backup(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	leave(t, s)
	if n := strings.Count(strings.ToLower(stored(t, dir)), marker); n < 1000 {
		t.Fatalf("only %d values to erase were stored: the test shows nothing", n)
	}

	s = open(t, dir)
	// Each is two people, and an address of a laptop that nobody has any more.
	if n := eraseAll(t, s); n != 3*len(all) {
		t.Errorf("%d people were erased, want %d", n, 3*len(all))
	}
	want := healthy(t, s)
	backup := filepath.Join(elsewhere, "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if list := hits(t, dir); len(list) > 0 {
		t.Errorf("while it runs, somebody who was erased is in %v", list)
	}
	leave(t, s)
	clean(t, "erased", dir)
	if list := hits(t, backup); len(list) > 0 {
		t.Errorf("the backup made afterwards holds somebody who was erased: %v", list)
	}

	others := open(t, t.TempDir())
	filesOf(t, all, false).load(t, others)
	if healthy(t, others) != want {
		t.Error("other people's state is not what it would be if those who were erased had never been")
	}
	leave(t, others)

	s = open(t, dir)
	told.load(t, s)
	filesOf(t, all, true).load(t, s) // from another place: read from the start
	if healthy(t, s) != want {
		t.Error("importing again changed the state")
	}
	leave(t, s)
	clean(t, "imported again", dir)

	out, err := flow.Restore(t.Context(), dir, older, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if out.Erased == 0 || out.Kept == "" {
		t.Errorf("got %+v, want people erased again and the old data kept", out)
	}
	clean(t, "an older backup restored", dir)
	s = open(t, dir)
	if healthy(t, s) != want {
		t.Error("the restored state is another")
	}
	told.load(t, s)
	if healthy(t, s) != want {
		t.Error("importing after the restore brought somebody back")
	}
	leave(t, s)
	clean(t, "restored and imported again", dir)
}

func TestErasingTakesOutTheWordsAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	act := func(id, who, title string) told {
		return told{activity: orrery.Activity{
			ExternalID: id, Namespace: "forum.example", Kind: "reply", At: now,
			Actor:  orrery.Actor{Namespace: "forum.example", Type: "login", Value: who, Name: map[string]string{"markus81": "Mark"}[who]},
			Object: orrery.Object{ID: "o-" + id, Type: "topic", Title: title},
		}}
	}
	tell(t, s, "feed", []told{
		act("1", "markus81", "mine"),
		act("2", "rita", "Mark all as read, remarkable bookmarks"),
		act("3", "rita", "Ask @Mark, or markus81 and MARKUS81"),
		act("4", "rita", "markus810 is somebody else"),
		act("5", "rita", "mark"),
	})
	if _, err := s.Erase(t.Context(), find(t, s, orrery.Key{Namespace: "forum.example", Type: "login", Value: "markus81"})); err != nil {
		t.Fatal(err)
	}
	var titles []string
	if err := s.Export(t.Context(), 0, func(a *orrery.Activity) error {
		titles = append(titles, a.Object.Title)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Mark all as read, remarkable bookmarks", "Ask [erased], or [erased] and [erased]", "markus810 is somebody else", "[erased]",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("got %q, want %q", titles, want)
	}
	healthy(t, s)
	leave(t, s)
}
