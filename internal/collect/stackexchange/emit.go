package stackexchange

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
)

// community is the account under which the site acts by itself.
const community = -1

// accepted marks an answer among those that belong to a question.
const accepted = 1 << 31

const longestTitle = 300

// mostNames is how many users without an account are known by name; hardly
// anybody has none.
const mostNames = 20_000

// reader turns rows into activities.
type reader struct {
	site      string
	now       time.Time
	to        collect.Sink
	old, next cursor

	accounts  pages            // user → account · 2, + 1 where the user did something that was emitted
	authors   pages            // post → user
	questions pages            // answer → question, with the mark of accepted ones
	names     map[int32]string // of users without an account, whom no link can name

	rows, done, total int64
	text              *archive.Text
	activity          orrery.Activity
	receiver          [1]orrery.Actor
}

func newReader(site string, now time.Time, old cursor, to collect.Sink) *reader {
	return &reader{site: site, now: now, to: to, old: old, next: old, accounts: newPages(), authors: newPages(), questions: newPages(), names: map[int32]string{}}
}

func (r *reader) progress() {
	p := collect.Progress{Rows: r.rows, Done: r.done, Total: r.total}
	if r.text != nil {
		p.Done += r.text.Done()
	}
	p.Done = min(p.Done, p.Total)
	r.to.Progress(p)
}

// file hands the rows of one table on.
func (r *reader) file(ctx context.Context, e *archive.Entry, row func(context.Context, *rows) error) error {
	text, err := e.Open()
	if err != nil {
		return err
	}
	r.text = text
	defer func() {
		text.Close()
		r.text = nil
		r.done += e.Size
	}()
	in := newRows(text)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch err := in.next(ctx); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case in.cut:
			err = r.skip(ctx, in, "the row is longer than one megabyte: no row of a dump is")
			if err != nil {
				return err
			}
			continue
		}
		if r.rows++; r.rows%4096 == 0 {
			r.progress()
		}
		if err := row(ctx, in); err != nil {
			return err
		}
	}
}

func (r *reader) skip(ctx context.Context, in *rows, reason string) error {
	return r.to.Skip(ctx, collect.Skipped{Row: in.number, Reason: reason, Excerpt: "Id=" + intake.Excerpt(in.values[colID])})
}

// user notes which account a user has.
func (r *reader) user(_ context.Context, in *rows) error {
	switch id, account := in.id(colID), in.id(colAccountID); {
	case id > 0 && account > 0:
		r.accounts.set(id, uint32(account)<<1)
	case id > 0 && len(r.names) < mostNames:
		r.names[id] = in.text(colDisplayName, longestTitle)
	}
	return nil
}

// link tells which accounts the users have whose doings were emitted, and what
// they are called.
func (r *reader) link(ctx context.Context, in *rows) error {
	id := in.id(colID)
	if id <= 0 {
		return nil
	}
	account := r.accounts.get(id)
	since, ok := in.time(colCreationDate)
	if account < 2 || account&1 == 0 || !ok || intake.CheckTime(since, r.now) != nil {
		return nil
	}
	name := in.text(colDisplayName, longestTitle)
	l := orrery.Link{A: r.account(account), B: r.local(id), Kind: orrery.SamePlatform, At: since}
	l.A.Name, l.B.Name = name, name
	return r.to.Link(ctx, l)
}

func (r *reader) account(n uint32) orrery.Actor {
	return orrery.Actor{Namespace: network, Type: "account_id", Value: strconv.FormatUint(uint64(n>>1), 10)}
}

func (r *reader) local(id int32) orrery.Actor {
	return orrery.Actor{Namespace: r.site, Type: "user_id", Value: strconv.FormatInt(int64(id), 10)}
}

// actor is somebody by their account, which is the same on all sites, else by
// their number on this one.
func (r *reader) actor(id int32) orrery.Actor {
	if id == community {
		a := r.local(id)
		a.Name = "Community bot"
		return a
	}
	if n := r.accounts.get(id); n > 1 {
		return r.account(n)
	}
	a := r.local(id)
	a.Name = r.names[id]
	return a
}

// nobody says why a row has no author.
const nobody = "its author's account was deleted: it is nobody's any more"

// post reads a question, an answer or the description of a tag, and who last
// edited it.
func (r *reader) post(ctx context.Context, in *rows) error {
	id, owner := in.id(colID), in.id(colOwner)
	if id <= 0 {
		return r.skip(ctx, in, "the row has no Id")
	}
	r.authors.set(id, uint32(owner))
	question := id
	kind, what := "", ""
	switch string(in.values[colPostTypeID]) {
	case "1":
		kind, what = "stackexchange.question", "question"
		if answer := in.id(colAcceptedAnswer); answer > 0 {
			r.questions.set(answer, uint32(id)|accepted)
		}
	case "2":
		kind, what = "stackexchange.answer", "answer"
		question = max(in.id(colParentID), 0)
		known := r.questions.get(id)
		if known&accepted != 0 {
			kind = "stackexchange.answer.accepted"
		}
		r.questions.set(id, uint32(question)|known&accepted)
	case "4", "5":
		kind, what = "stackexchange.wiki.edit", "tag_wiki"
	default:
		return nil // elections and placeholders
	}
	r.next.Posts = max(r.next.Posts, id)
	a := r.begin(id, question, what)
	a.Object.Title, a.Tags = in.text(colTitle, longestTitle), tags(in)
	if id > r.old.Posts {
		a.ExternalID, a.Kind = a.Object.ID, kind
		if what != "answer" {
			a.Origin = orrery.Unprompted
		} else if question > 0 {
			a.Parent = a.Thread
			r.answers(question, owner)
		}
		if err := r.emit(ctx, in, owner, colCreationDate); err != nil {
			return err
		}
	}
	return r.edit(ctx, in, id, owner)
}

// begin starts an activity about a post.
func (r *reader) begin(id, question int32, what string) *orrery.Activity {
	a := &r.activity
	*a = orrery.Activity{Namespace: r.site, Object: orrery.Object{ID: postID(id), Type: what}}
	if question > 0 {
		a.Thread = a.Object.ID
		if question != id {
			a.Thread = postID(question)
		}
	}
	switch number := a.Object.ID[len("post/"):]; {
	case r.site == "":
	case what == "question":
		a.Object.URL = "https://" + r.site + "/q/" + number
	case what == "answer":
		a.Object.URL = "https://" + r.site + "/a/" + number
	}
	return a
}

func postID(id int32) string { return "post/" + strconv.FormatInt(int64(id), 10) }

// answers addresses the activity to the author of a post, where that is somebody
// else.
func (r *reader) answers(post, who int32) {
	author := int32(r.authors.get(post))
	if author > 0 && author != who {
		r.activity.Origin = orrery.Peer
		r.receiver[0] = r.actor(author)
		r.activity.To = r.receiver[:]
	}
}

// edit emits the last edit of a post, where somebody else than its author made it.
func (r *reader) edit(ctx context.Context, in *rows, id, owner int32) error {
	editor, at := in.id(colEditor), string(in.values[colEditDate])
	if editor <= 0 || editor == owner || at == "" || len(at) > 40 {
		return nil
	}
	r.next.Edits = max(r.next.Edits, at)
	if id <= r.old.Posts && at <= r.old.Edits {
		return nil
	}
	a := &r.activity
	a.ExternalID, a.Kind, a.Parent = a.Object.ID+"/edit/"+intake.Excerpt([]byte(at)), "stackexchange.edit", a.Object.ID
	a.Origin, a.To = orrery.OriginUnknown, nil
	r.answers(id, editor)
	return r.emit(ctx, in, editor, colEditDate)
}

// comment reads a comment on a post.
func (r *reader) comment(ctx context.Context, in *rows) error {
	id, post, who := in.id(colID), in.id(colPostID), in.id(colUserID)
	if id <= 0 || post <= 0 {
		return r.skip(ctx, in, "the row has no Id or no PostId")
	}
	r.next.Comments = max(r.next.Comments, id)
	if id <= r.old.Comments {
		return nil
	}
	question := post
	if q := int32(r.questions.get(post) &^ accepted); q > 0 {
		question = q
	}
	a := r.begin(post, question, "comment")
	number := strconv.FormatInt(int64(id), 10)
	a.ExternalID, a.Kind, a.Parent = "comment/"+number, "stackexchange.comment", postID(post)
	a.Object.ID = a.ExternalID
	if r.site != "" {
		a.Object.URL = "https://" + r.site + "/posts/comments/" + number
	}
	r.answers(post, who)
	return r.emit(ctx, in, who, colCreationDate)
}

// emit hands the activity on that was filled in.
func (r *reader) emit(ctx context.Context, in *rows, who int32, when column) error {
	if who == 0 {
		return r.skip(ctx, in, nobody)
	}
	a := &r.activity
	var ok bool
	if a.At, ok = in.time(when); !ok {
		return r.skip(ctx, in, "its time is not written as 2014-05-13T23:58:30.457")
	}
	if err := intake.CheckTime(a.At, r.now); err != nil {
		return r.skip(ctx, in, err.Error())
	}
	a.At = a.At.Truncate(time.Microsecond)
	a.Actor = r.actor(who)
	if n := r.accounts.get(who); who > 0 && n > 1 {
		r.accounts.set(who, n|1)
	}
	return r.to.Activity(ctx, a)
}

// tags reads "<one><two>" and, as later dumps write it, "|one|two|".
func tags(in *rows) []string {
	text := in.text(colTags, 500)
	if text == "" {
		return nil
	}
	return strings.FieldsFunc(text, func(c rune) bool { return c == '<' || c == '>' || c == '|' || c == ' ' || c == '…' })
}
