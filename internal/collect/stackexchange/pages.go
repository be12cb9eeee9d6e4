package stackexchange

// pages is a table from ids to numbers. The ids of a site lie close together, so
// they are kept in pages of 1,024; an id costs four bytes.
type pages struct {
	held map[uint32]*[pageSize]uint32
}

const (
	pageSize  = 1024
	mostPages = 12_000 // 48 MB: 12 million ids of a site; what comes after is not remembered
)

func newPages() pages { return pages{held: map[uint32]*[pageSize]uint32{}} }

// get returns the number of an id, 0 where there is none.
func (p pages) get(id int32) uint32 {
	if page := p.held[uint32(id)/pageSize]; page != nil {
		return page[uint32(id)%pageSize]
	}
	return 0
}

func (p pages) set(id int32, n uint32) {
	page := p.held[uint32(id)/pageSize]
	if page == nil {
		if len(p.held) == mostPages {
			return
		}
		page = new([pageSize]uint32)
		p.held[uint32(id)/pageSize] = page
	}
	page[uint32(id)%pageSize] = n
}
