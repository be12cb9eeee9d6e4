package flow

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// A snapshot saves replaying at the next start. It counts only if the stored
// data has not changed by one transaction since and the catalogue and formats
// are the same; otherwise it is ignored and the state is rebuilt.
const (
	snapshotName    = "field.snapshot"
	snapshotVersion = 3
)

type snapshotHeader struct {
	Version    int                                   `json:"version"`
	Engine     int                                   `json:"engine"`
	Generation int64                                 `json:"generation"`
	Catalogue  [32]byte                              `json:"catalogue"`
	Kinds      map[string]uint16                     `json:"kinds"`
	Others     map[orrery.MemberID]orrery.MemberKind `json:"others"`
	Newest     map[orrery.PlanetID]orrery.Day        `json:"newest"`
	Oldest     map[orrery.PlanetID]orrery.Day        `json:"oldest"`
	Entries    map[orrery.PlanetID]int64             `json:"entries"`
	Fits       map[orrery.PlanetID]Fits              `json:"fits"`
	Members    int                                   `json:"members"`
	MembersCRC uint32                                `json:"members_crc"`
}

// saveSnapshot writes the state aside, syncs and renames, so that there is
// always a whole snapshot or none. The caller holds s.writing.
func (s *System) saveSnapshot(ctx context.Context) error {
	if s.state == nil || !s.unsaved {
		return nil
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if len(s.state.owing) > 0 {
		return nil // an import was cut off: the next start reads what it stored
	}
	generation, err := s.store.Generation(ctx)
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	st := s.state
	members := make([]byte, 0, 4*len(st.Members))
	for _, m := range st.Members {
		members = binary.LittleEndian.AppendUint32(members, uint32(m))
	}
	header, err := json.Marshal(snapshotHeader{
		Version: snapshotVersion, Engine: field.Version, Generation: generation, Catalogue: s.state.catalogue.Hash(),
		Kinds: st.kinds, Others: st.Others, Newest: st.Newest, Oldest: st.Oldest, Entries: st.Entries, Fits: st.fits,
		Members: len(st.Members), MembersCRC: crc32.ChecksumIEEE(members),
	})
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	err = writeAside(filepath.Join(s.store.Dir(), snapshotName), func(w io.Writer) error {
		if err := binary.Write(w, binary.LittleEndian, uint32(len(header))); err != nil {
			return err
		}
		if _, err := w.Write(header); err != nil {
			return err
		}
		if _, err := w.Write(members); err != nil {
			return err
		}
		return st.Engine.Encode(w)
	})
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	s.unsaved = false
	return nil
}

// loadSnapshot returns nil where there is no snapshot that counts.
func (s *System) loadSnapshot(ctx context.Context) (*State, error) {
	file, err := os.Open(filepath.Join(s.store.Dir(), snapshotName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	defer file.Close()
	generation, err := s.store.Generation(ctx)
	if err != nil {
		return nil, err
	}
	st, err := decodeSnapshot(bufio.NewReaderSize(file, 1<<20), generation, s.catalogue.Hash())
	if errors.Is(err, errOldSnapshot) {
		return nil, nil
	} else if err != nil {
		// A snapshot is a cache: a damaged one is rebuilt, and that is worth a word.
		s.log.Warn("snapshot ignored", "reason", err.Error())
		return nil, nil
	}
	st.catalogue = s.catalogue
	return st, nil
}

var errOldSnapshot = errors.New("it is older than the data")

func decodeSnapshot(r io.Reader, generation int64, catalogue [32]byte) (*State, error) {
	var size uint32
	if err := binary.Read(r, binary.LittleEndian, &size); err != nil {
		return nil, err
	}
	if size > 1<<30 {
		return nil, errors.New("its header is damaged")
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	var h snapshotHeader
	if err := json.Unmarshal(raw, &h); err != nil {
		return nil, err
	}
	if h.Version != snapshotVersion || h.Engine != field.Version || h.Generation != generation || h.Catalogue != catalogue {
		return nil, errOldSnapshot
	}
	members := make([]byte, 4*h.Members)
	if _, err := io.ReadFull(r, members); err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(members) != h.MembersCRC {
		return nil, errors.New("its members are damaged")
	}
	st := &State{
		Others: h.Others, Newest: h.Newest, Oldest: h.Oldest, Entries: h.Entries, fits: h.Fits, kinds: h.Kinds,
		Members: make([]orrery.MemberID, h.Members),
	}
	for i := range st.Members {
		st.Members[i] = orrery.MemberID(binary.LittleEndian.Uint32(members[4*i:]))
	}
	var err error
	st.Engine, err = field.Decode(r)
	return st, err
}

// writeAside writes a file so that it is there whole, and durably, or not at
// all.
func writeAside(path string, fill func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	w := bufio.NewWriterSize(file, 1<<20)
	if err := fill(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
