package origin

import (
	"cmp"
	"math"
	"slices"
)

// The columns of the model. Additive ones stand beside somebody's own rate, the
// others multiply it: what moves everybody moves those more who come more.
const (
	own       = 0             // S: the person's own past
	tied      = own + 3       // P: what people did who have a tie to them
	addressed = tied + 3      // P: what was addressed to them
	received  = addressed + 3 // Z: messages of ours that they got
	additive  = received + 3

	crowd  = 0         // what everybody did lately: causes that are shared and not recorded
	spread = crowd + 3 // messages of ours, theirs or to all, for those who come more
	times  = spread + 3
)

// design is what the model explains and by what.
type design struct {
	past *past

	who   []int32 // by target
	place []int32 // in past.event
	cell  []int32
	hour  []uint8
	block []int32
	free  []bool    // a person's first activity: explained, and nothing learned from it
	sent  []int32   // the campaign that reached them last, or -1
	add   []float32 // additive columns, row by row
	mul   []float32 // multiplying columns, row by row

	exposure [additive]float64 // how many causes there were, weighted

	cells     []int32            // by person, one more than there are: where their cells begin
	firstCell []int32            // by person: the block of their first cell
	delivered []float32          // by cell: deliveries to them or to all
	targets   []int32            // by cell
	present   []float64          // by cell: days of the block in which they were there
	crowded   [][kernels]float64 // by block: the integral of the crowd's columns
	reached   []float64          // by campaign: deliveries to who was there
	reachedIn []int              // by campaign: all deliveries
}

// design lists the targets and all that is the same in every placebo.
func (p *past) design() *design {
	d := &design{past: p, cells: make([]int32, p.in.People+1), firstCell: make([]int32, p.in.People)}
	for who := range p.in.People {
		n := int32(0)
		if p.until[who] >= 0 {
			first := p.block(p.from[who])
			d.firstCell[who] = int32(first)
			n = int32(min(p.blocks, p.block(p.until[who])+1) - first)
			n = max(n, 1)
		}
		d.cells[who+1] = d.cells[who] + n
	}
	d.targets, d.present = make([]int32, d.cells[p.in.People]), make([]float64, d.cells[p.in.People])
	for who := range p.in.People {
		for cell := d.cells[who]; cell < d.cells[who+1]; cell++ {
			b := int(d.firstCell[who] + cell - d.cells[who])
			begin := float64(b * blockDays)
			d.present[cell] = max(1./24, min(begin+p.blockLength(b), p.until[who])-max(begin, p.from[who]))
		}
	}
	for _, c := range p.order {
		if !p.target(c.place) {
			continue
		}
		e := p.of(c.place)
		b := p.block(c.at)
		cell := d.cells[e.Who] + int32(b) - d.firstCell[e.Who]
		d.who, d.place, d.cell = append(d.who, e.Who), append(d.place, c.place), append(d.cell, cell)
		d.hour, d.block = append(d.hour, p.hour(e.At)), append(d.block, int32(b))
		d.free = append(d.free, p.first[c.place])
		d.targets[cell]++
	}
	d.shiftHours()
	d.add, d.mul = make([]float32, additive*len(d.who)), make([]float32, times*len(d.who))
	p.ownPast(d)
	p.crowdPast(d)
	p.messages(d)
	return d
}

// shiftHours turns each person's hours of the week so that their days lie on one
// another's: a clock at home differs from one abroad, and somebody's waking hours
// would look like one activity setting off the next. Who has done little is turned
// little.
func (d *design) shiftHours() {
	type hand struct{ x, y, n float64 }
	hands := make([]hand, len(d.firstCell))
	var all hand
	turn := func(h uint8) (x, y float64) {
		y, x = math.Sincos(2 * math.Pi * (float64(h%24) + .5) / 24)
		return x, y
	}
	for t, who := range d.who {
		x, y := turn(d.hour[t])
		h := &hands[who]
		h.x, h.y, h.n = h.x+x, h.y+y, h.n+1
		all.x, all.y, all.n = all.x+x, all.y+y, all.n+1
	}
	middle := math.Atan2(all.y, all.x)
	shift := make([]int, len(hands))
	for who, h := range hands {
		x, y := h.x+hourDoubt*all.x/all.n, h.y+hourDoubt*all.y/all.n
		angle := math.Atan2(y, x) - middle
		hours := math.Round(angle * 24 / (2 * math.Pi))
		shift[who] = int(hours - 24*math.Round(hours/24))
	}
	for t, who := range d.who {
		d.hour[t] = uint8((int(d.hour[t]) - shift[who] + weekHours) % weekHours)
	}
}

// hourDoubt is by how many activities somebody's day is drawn to everybody's.
const hourDoubt = 10.

func (d *design) fill(columns []float32, at int, sums [kernels]float64) {
	for m, v := range sums {
		columns[at+m] = float32(v)
	}
}

// ownPast fills the columns of everybody's own past.
func (p *past) ownPast(d *design) {
	state := make([]fading, p.in.People)
	t := 0
	for _, c := range p.order {
		e := p.of(c.place)
		s := &state[e.Who]
		if t < len(d.place) && d.place[t] == c.place {
			var sums [kernels]float64
			s.read(c.at, 1, &sums)
			d.fill(d.add, additive*t+own, sums)
			t++
		}
		s.add(c.at, 1)
		if !p.in.ours(e.Who) {
			for m := range kernels {
				d.exposure[own+m]++
			}
		}
	}
}

// crowdPast fills the columns of what everybody did, scaled so that the mean over
// time is 1.
func (p *past) crowdPast(d *design) {
	d.crowded = make([][kernels]float64, p.blocks)
	scale := p.days / float64(len(p.order))
	var s fading
	t, waiting := 0, 0
	for _, c := range p.order {
		for waiting < len(p.order) && p.order[waiting].at < c.at {
			s.add(p.order[waiting].at, scale)
			waiting++
		}
		for m := range kernels {
			d.crowded[p.block(c.at)][m] += scale // all but the days after a block's end
		}
		if t < len(d.place) && d.place[t] == c.place {
			var sums [kernels]float64
			s.read(c.at, 1, &sums)
			d.fill(d.mul, times*t+crowd, sums)
			t++
		}
	}
}

// messages fills the columns of what we sent.
func (p *past) messages(d *design) {
	d.sent = make([]int32, len(d.who))
	for i := range d.sent {
		d.sent[i] = -1
	}
	d.delivered = make([]float32, len(d.targets))
	d.reached, d.reachedIn = make([]float64, p.in.Campaigns), make([]int, p.in.Campaigns)
	if len(p.in.Deliveries) == 0 {
		return
	}
	list := slices.Clone(p.in.Deliveries)
	slices.SortFunc(list, func(a, b Delivery) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.To, b.To), cmp.Compare(a.Campaign, b.Campaign))
	})
	toBlock := make([]float32, p.blocks)
	for _, m := range list {
		d.reachedIn[m.Campaign]++
		at := p.day(m.At)
		if at < 0 || at > p.days {
			continue
		}
		if m.To == Everybody {
			toBlock[p.block(at)]++
			d.reached[m.Campaign]++
		} else if at >= p.from[m.To] && at <= p.until[m.To] {
			d.reached[m.Campaign]++
			for k := range kernels {
				d.exposure[received+k]++
			}
			d.delivered[d.cells[m.To]+int32(p.block(at))-d.firstCell[m.To]]++
		}
	}
	for who := range p.in.People {
		for cell := d.cells[who]; cell < d.cells[who+1]; cell++ {
			b := d.firstCell[who] + cell - d.cells[who]
			d.delivered[cell] += toBlock[b] * float32(d.present[cell]/p.blockLength(int(b)))
		}
	}
	type inbox struct {
		fading
		campaign int32
	}
	state := make([]inbox, p.in.People)
	for i := range state {
		state[i].campaign = -1
	}
	all := inbox{campaign: -1}
	next := 0
	for t, place := range d.place {
		at := p.at[place]
		for next < len(list) && p.day(list[next].At) < at {
			m := list[next]
			box := &all
			if m.To != Everybody {
				box = &state[m.To]
			}
			box.add(p.day(m.At), 1)
			box.campaign = m.Campaign
			next++
		}
		var sums [kernels]float64
		box := &state[d.who[t]]
		box.read(at, 1, &sums)
		d.fill(d.add, additive*t+received, sums)
		all.read(at, 1, &sums)
		d.fill(d.mul, times*t+spread, sums)
		if d.sent[t] = box.campaign; all.campaign >= 0 && (box.campaign < 0 || all.at > box.at) {
			d.sent[t] = all.campaign
		}
	}
}

// causes fills the columns of what others did, with activities at the times of
// list: their own, or a placebo's.
func (p *past) causes(d *design, list []cause) {
	for m := range kernels {
		d.exposure[tied+m], d.exposure[addressed+m] = 0, 0
	}
	p.exposeTies(d, list)
	state, inbox := make([]fading, p.in.People), make([]fading, p.in.People)
	next := 0
	for t, place := range d.place {
		at, who := p.at[place], d.who[t]
		for next < len(list) && list[next].at < at {
			c := list[next]
			e := p.of(c.place)
			if len(e.To) == 0 {
				state[e.Who].add(c.at, 1)
			}
			for _, to := range e.To {
				if to != e.Who {
					inbox[to].add(c.at, 1/float64(len(e.To)))
				}
			}
			next++
		}
		var sums [kernels]float64
		for k := p.ties.start[who]; k < p.ties.start[who+1]; k++ {
			state[p.ties.from[k]].read(at, p.ties.weight[k], &sums)
		}
		d.fill(d.add, additive*t+tied, sums)
		sums = [kernels]float64{}
		inbox[who].read(at, 1, &sums)
		d.fill(d.add, additive*t+addressed, sums)
	}
}

// exposeTies counts the causes that could draw somebody who was there.
func (p *past) exposeTies(d *design, list []cause) {
	byPerson := make([][]float64, p.in.People)
	for _, c := range list {
		e := p.of(c.place)
		if len(e.To) == 0 {
			byPerson[e.Who] = append(byPerson[e.Who], c.at)
		}
		for _, to := range e.To {
			if to != e.Who && c.at >= p.from[to] && c.at <= p.until[to] && !p.in.ours(to) {
				for m := range kernels {
					d.exposure[addressed+m] += 1 / float64(len(e.To))
				}
			}
		}
	}
	total := 0.
	for who := range p.in.People {
		if p.in.ours(int32(who)) {
			continue
		}
		for k := p.ties.start[who]; k < p.ties.start[who+1]; k++ {
			times := byPerson[p.ties.from[k]]
			from, _ := slices.BinarySearch(times, p.from[who])
			until, _ := slices.BinarySearch(times, p.until[who])
			total += p.ties.weight[k] * float64(until-from)
		}
	}
	for m := range kernels {
		d.exposure[tied+m] = total
	}
}
