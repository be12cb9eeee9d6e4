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
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/csv"
	"orrery.dev/orrery/internal/collect/ndjson"
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
	up := view.Upload{Token: token, Name: filepath.Base(path), Bytes: info.Size(), Format: "csv"}
	if isNDJSON(path) {
		up.Format = "ndjson"
		_, err := ndjson.New(path, ndjson.Options{Now: s.Clock()}).Source(ctx)
		return up, err
	}
	preview, err := csv.Inspect(ctx, path, csv.Options{Now: s.Clock()})
	if err != nil {
		return view.Upload{}, plainPath(err, path)
	}
	roles := map[string]string{}
	for role, place := range preview.Mapping {
		for _, column := range csv.SplitColumns(place.Column) {
			roles[column] = csv.Role(role).String()
		}
	}
	for i, name := range preview.Columns {
		role := roles[name]
		if role == "" {
			role = roles[fmt.Sprint(i+1)]
		}
		up.Columns = append(up.Columns, view.Column{Name: name, Role: role})
	}
	up.Rows, up.Kind = preview.Cells, preview.Kind
	return up, nil
}

// plainPath keeps the paths of this machine out of what people read.
func plainPath(err error, path string) error {
	return orrery.Errorf(orrery.CodeOf(err), "%s", strings.ReplaceAll(err.Error(), path, filepath.Base(path)))
}

func isNDJSON(path string) bool {
	name := strings.TrimSuffix(strings.ToLower(path), ".gz")
	return strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".jsonl")
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
func (s uploads) connector(_ context.Context, plan view.ImportPlan) (collect.Connector, func(), error) {
	path, err := s.find(plan.Upload)
	if err != nil {
		return nil, nil, err
	}
	done := func() {
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			s.Log.Warn("upload not removed", "reason", err.Error())
		}
	}
	if isNDJSON(path) {
		return named{ndjson.New(path, ndjson.Options{Now: s.Clock()}), filepath.Base(path)}, done, nil
	}
	opt := csv.Options{Kind: plan.Kind, Now: s.Clock()}
	if len(plan.Columns) > 0 {
		if opt.Mapping, err = mappingOf(plan.Columns); err != nil {
			return nil, nil, err
		}
	}
	return named{csv.New(path, opt), filepath.Base(path)}, done, nil
}

// mappingOf turns the role of each column into a mapping. A role that no column
// has is switched off, for the person saw all of them.
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
		case len(columns) == 0:
			m[role].Off = true
		case len(columns) > 1 && role != csv.When && role != csv.Name:
			return m, orrery.Errorf(orrery.Invalid, "two columns cannot both be %q: choose one", role)
		default:
			m[role].Column = strings.Join(columns, "+")
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
