package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/flow"
)

// auditedCommands are the commands that the audit tells of, by their words: those
// that change something or hand data out. Each with what its first argument names,
// where that says more than the command. All others look; a test holds that they are
// meant to.
var auditedCommands = func() map[string]string {
	list := map[string]string{
		"backup": "", "backup now": "", "export": "", "erase": "", "merge": "", "unmerge": "", "catalogue set": "kind",
		"import undo": "import", "notes add": "", "notes remove": "note", "planets set": "planet", "planets archive": "planet", "planets bring-back": "planet", "keys create": "", "keys revoke": "",
		"sources add": "", "tasks add": "", "tasks done": "task", "tasks snooze": "task", "authenticity undo": "decision",
	}
	for group, words := range map[string]string{
		"accounts": "add reset invite role remove", "authenticity": "accept reject", "identities": "accept reject mark",
		"import": "csv feed git ical mbox ndjson slack stackexchange", "introductions": "make accept decline", "teammates": "add remove",
	} {
		for word := range strings.FieldsSeq(words) {
			list[group+" "+word] = ""
		}
	}
	for group, words := range map[string]string{
		"lists": "save rename remove", "partners": "add remove room trial", "purposes": "add edit close publish hide",
		"sources": "set pause resume rewind delete", "webhooks": "add remove pause resume turn resend",
	} {
		for word := range strings.FieldsSeq(words) {
			list[group+" "+word] = strings.TrimSuffix(group, "s")
		}
	}
	return list
}()

// wordsOf is a command as it is typed, without the program's name.
func wordsOf(cmd *cobra.Command) string {
	_, words, _ := strings.Cut(cmd.CommandPath(), " ")
	return words
}

// noting notes in a command's context what it does, for the audit.
func (a *app) noting(cmd *cobra.Command, args []string) {
	words := wordsOf(cmd)
	names, audited := auditedCommands[words]
	if !audited {
		return
	}
	if group, _, found := strings.Cut(words, " "); found && group == "import" && names == "" {
		words = group // whatever it reads
	}
	ctx := a.noted(cmd.Context(), words)
	if names != "" && len(args) > 0 {
		_, err := strconv.ParseUint(args[0], 10, 63)
		audit.About(ctx, audit.Subject{Kind: names, ID: args[0], Named: err != nil})
	}
	cmd.SetContext(ctx)
}

func (a *app) noted(ctx context.Context, words string) context.Context {
	ctx, _ = audit.With(ctx, audit.Entry{At: a.clock(), By: audit.Shell, Action: "shell." + strings.ReplaceAll(words, " ", ".")})
	return ctx
}

// told writes what no transaction of a command took along.
func told(ctx context.Context, s *flow.System) error {
	if entry, left := audit.Of(ctx).Left(); left {
		return s.Storage().RecordAudit(context.WithoutCancel(ctx), entry)
	}
	return nil
}

// find finds somebody whom a command names, and notes it for the audit.
func find(cmd *cobra.Command, s *flow.System, who string) (orrery.IdentityID, error) {
	id, err := s.FindIdentity(cmd.Context(), who)
	if err == nil {
		audit.About(cmd.Context(), audit.Number("person", id))
	}
	return id, err
}
