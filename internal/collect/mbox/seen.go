package mbox

import "hash/maphash"

// How much is remembered of mails and authors that passed: two generations, of
// which the older is forgotten when the younger is full. 1 GB of mail is some
// 300,000 mails by 10,000 people; this is ten times as much in some 100 MB.
const (
	mostMails   = 1 << 20
	mostAuthors = 100_000
)

// seen remembers which mails passed and who wrote them. Message ids are kept as
// 64 bits under a seed that nobody knows, so that nobody can make two collide.
type seen struct {
	seed  maphash.Seed
	young generation
	old   generation
}

type generation struct {
	mails   map[uint64]uint32 // hash of the message id → index in authors
	authors []mailbox
	known   map[string]uint32 // fields of a header as they stand → index in authors
}

func newGeneration() generation {
	return generation{mails: map[uint64]uint32{}, known: map[string]uint32{}}
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed(), young: newGeneration(), old: newGeneration()}
}

// author returns the mailbox of a mail that passed.
func (s *seen) author(id []byte) (m mailbox, ok bool) {
	h := maphash.Bytes(s.seed, id)
	if i, ok := s.young.mails[h]; ok {
		return s.young.authors[i], true
	}
	if i, ok := s.old.mails[h]; ok {
		return s.old.authors[i], true
	}
	return mailbox{}, false
}

// person returns the index of the author whom a header's fields name, making
// them where they are new.
func (s *seen) person(fields []byte, read func() mailbox) uint32 {
	if i, ok := s.young.known[string(fields)]; ok {
		return i
	}
	if len(s.young.authors) == mostAuthors {
		s.turn()
	}
	i := uint32(len(s.young.authors))
	s.young.authors = append(s.young.authors, read())
	s.young.known[string(fields)] = i
	return i
}

// add notes a mail.
func (s *seen) add(id []byte, author uint32) {
	s.young.mails[maphash.Bytes(s.seed, id)] = author
	if len(s.young.mails) >= mostMails {
		s.turn()
	}
}

func (s *seen) turn() { s.old, s.young = s.young, newGeneration() }
