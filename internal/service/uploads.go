package service

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/csv"
	"orrery.dev/orrery/internal/collect/ical"
	"orrery.dev/orrery/internal/collect/mbox"
	"orrery.dev/orrery/internal/collect/ndjson"
	"orrery.dev/orrery/internal/collect/slack"
	"orrery.dev/orrery/internal/collect/stackexchange"
	"orrery.dev/orrery/internal/view"
)

// maxUpload caps what one upload may take of the disk.
const maxUpload = 4 << 30

type uploads struct{ *Service }

// Upload keeps a file and guesses what its columns mean.
func (s uploads) Upload(ctx context.Context, _ view.Account, name string, body io.Reader) (view.Upload, error) {
	token := make([]byte, 16)
	if _, err := rand.Read(token); err != nil {
		return view.Upload{}, fmt.Errorf("make a token: %w", err)
	}
	dir := filepath.Join(s.uploadDir(), hex.EncodeToString(token))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return view.Upload{}, fmt.Errorf("keep an upload: %w", err)
	}
	path := filepath.Join(dir, fileName(name))
	if err := keep(path, body); err != nil {
		return view.Upload{}, errors.Join(err, os.RemoveAll(dir))
	}
	up, err := s.Uploaded(ctx, hex.EncodeToString(token))
	if err != nil {
		return view.Upload{}, errors.Join(err, os.RemoveAll(dir))
	}
	return up, nil
}

func keep(path string, body io.Reader) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	n, err := io.Copy(file, io.LimitReader(body, maxUpload+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	if n > maxUpload {
		return orrery.Errorf(orrery.Exhausted, "the file is larger than 4 GB: bring it in on the machine itself with `orrery import`")
	}
	return nil
}

// fileName makes the name that a browser sends safe to be a file's: the import
// takes the kind of its rows from it.
func fileName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == 0x7f {
			return '-'
		}
		return r
	}, name)
	name = strings.TrimLeft(name, ".")
	if len(name) > 100 {
		name = name[len(name)-100:]
	}
	if name == "" {
		return "file.csv"
	}
	return name
}

// Uploaded finds an upload by its token.
func (s uploads) Uploaded(ctx context.Context, token string) (view.Upload, error) {
	path, err := s.find(token)
	if err != nil {
		return view.Upload{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return view.Upload{}, fmt.Errorf("read an upload: %w", err)
	}
	up := view.Upload{Token: token, Name: filepath.Base(path), Bytes: info.Size()}
	format, connector := s.archive(ctx, path)
	if connector != nil {
		up.Format = format
		_, err := connector.Source(ctx)
		return up, plainPath(err, path)
	}
	preview, err := csv.Inspect(ctx, path, csv.Options{Now: s.Clock()})
	if err != nil {
		return view.Upload{}, plainPath(err, path)
	}
	for i, role := range guessed(preview) {
		up.Columns = append(up.Columns, view.Column{Name: preview.Columns[i], Role: role})
	}
	up.Format, up.Rows, up.Kind, up.Known = "csv", preview.Cells, preview.Kind, preview.Preset
	return up, nil
}

// plainPath keeps the paths of this machine out of what people read.
func plainPath(err error, path string) error {
	if err == nil {
		return nil
	}
	return orrery.Errorf(orrery.CodeOf(err), "%s", strings.ReplaceAll(err.Error(), path, filepath.Base(path)))
}

// archive returns the format of a file that needs no columns explained, and its
// connector; nil where the file is to be read as a table.
func (s uploads) archive(ctx context.Context, path string) (format string, c collect.Connector) {
	now := s.Clock()
	reads := func(c collect.Connector) bool {
		_, err := c.Source(ctx)
		return err == nil
	}
	switch filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz")) {
	case ".ndjson", ".jsonl":
		return "ndjson", ndjson.New(path, ndjson.Options{Now: now})
	case ".ics":
		return "ical", &ical.Connector{Path: path, Now: now}
	case ".csv", ".tsv":
		return "", nil
	case ".zip", ".7z":
		if c := slack.NewExport(path, slack.Options{Now: now}); reads(c) {
			return "slack", slack.NewExport(path, slack.Options{Now: now})
		}
		if c := stackexchange.New(path, stackexchange.Options{Now: now}); reads(c) {
			return "stackexchange", c
		}
	}
	if c := mbox.New(path, mbox.Options{Now: now}); reads(c) {
		return "mbox", c
	}
	return "", nil
}

func (s uploads) find(token string) (string, error) {
	if raw, err := hex.DecodeString(token); err != nil || len(raw) != 16 {
		return "", orrery.Errorf(orrery.NotFound, "this file is not here any more: hand it over again")
	}
	entries, err := os.ReadDir(filepath.Join(s.uploadDir(), token))
	if err != nil || len(entries) == 0 {
		return "", orrery.Errorf(orrery.NotFound, "this file is not here any more: hand it over again")
	}
	return filepath.Join(s.uploadDir(), token, entries[0].Name()), nil
}

// connector makes the connector of an upload, and what removes the upload once
// it is imported.
func (s uploads) connector(ctx context.Context, plan view.ImportPlan) (collect.Connector, func(), error) {
	path, err := s.find(plan.Upload)
	if err != nil {
		return nil, nil, err
	}
	done := func() {
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			s.Log.Warn("upload not removed", "reason", err.Error())
		}
	}
	if _, c := s.archive(ctx, path); c != nil {
		return named{c, filepath.Base(path)}, done, nil
	}
	opt := csv.Options{Kind: plan.Kind, Now: s.Clock()}
	if len(plan.Columns) > 0 {
		if opt, err = s.explained(ctx, path, plan); err != nil {
			return nil, nil, plainPath(err, path)
		}
	}
	return named{csv.New(path, opt), filepath.Base(path)}, done, nil
}

// explained returns how to read a table after somebody saw its guess. What they
// left as it was is read as guessed, with all that the screen does not show: what
// an order's number is, which rows are refunds.
func (s uploads) explained(ctx context.Context, path string, plan view.ImportPlan) (csv.Options, error) {
	opt := csv.Options{Now: s.Clock()}
	preview, err := csv.Inspect(ctx, path, opt)
	if err != nil {
		return opt, err
	}
	if plan.Kind != preview.Kind {
		opt.Kind = plan.Kind
	}
	if !slices.Equal(plan.Columns, guessed(preview)) {
		opt.Mapping, err = mappingOf(plan.Columns)
	}
	if err == nil && (opt.Kind != "" || opt.Mapping != (csv.Mapping{})) {
		opt.Preset = preview.As
	}
	return opt, err
}

// guessed returns for each column the role that it is taken for, empty where that
// is none or not one of those that people choose among.
func guessed(preview csv.Preview) []string {
	roles := map[string]string{}
	for role, place := range preview.Mapping {
		if !slices.Contains(view.Roles, csv.Role(role).String()) {
			continue
		}
		for _, column := range csv.SplitColumns(place.Column) {
			if roles[column] == "" || csv.Role(role) != csv.Who { // a name that stands for the person stays a name
				roles[column] = csv.Role(role).String()
			}
		}
	}
	out := make([]string, len(preview.Columns))
	for i, name := range preview.Columns {
		out[i] = roles[name]
		if out[i] == "" {
			out[i] = roles[fmt.Sprint(i+1)]
		}
	}
	return out
}

// mappingOf turns the role of each column into a mapping. A role that people
// choose and no column has is switched off, for they saw all of them.
func mappingOf(roles []string) (csv.Mapping, error) {
	var m csv.Mapping
	for role := range csv.Roles {
		var columns []string
		for i, r := range roles {
			if r == role.String() {
				columns = append(columns, fmt.Sprint(i+1))
			}
		}
		switch {
		case len(columns) > 1 && role != csv.When && role != csv.Name:
			return m, orrery.Errorf(orrery.Invalid, "two columns cannot both be %q: choose one", role)
		case len(columns) > 0:
			m[role].Column = strings.Join(columns, "+")
		case slices.Contains(view.Roles, role.String()):
			m[role].Off = true
		}
	}
	return m, nil
}

// named shows people the name of an upload instead of where it lies.
type named struct {
	collect.Connector
	name string
}

func (n named) Source(ctx context.Context) (collect.Source, error) {
	src, err := n.Connector.Source(ctx)
	src.Origin = n.name
	return src, err
}
