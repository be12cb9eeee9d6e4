package simulate

import "fmt"

const dayLong = 86400

// program is one of three: an hourly job, a mirror that passes on what comes in,
// at all hours and in bursts, and a report at the same minute every day.
func (d *doubtful) program(who string, i int) {
	start := d.start.Time().Unix()
	switch i % 3 {
	case 0:
		for at := start + 60*int64(d.rng.IntN(60)); at < start+doubtfulDays*dayLong; at += 3600 * int64(1+d.rng.IntN(4)) {
			d.do(who, "forum.reply", at+int64(d.rng.IntN(30)), d.somebody(who), "")
		}
	case 1:
		for at := start; at < start+doubtfulDays*dayLong; at += int64(d.rng.ExpFloat64() * 5 * 3600) {
			burst := at
			for range 1 + d.rng.IntN(5) {
				d.do(who, "forum.topic.created", burst, "", "")
				burst += 1 + int64(d.rng.IntN(4))
			}
		}
	default:
		minute := int64(d.rng.IntN(1440))
		for day := range int64(doubtfulDays) {
			if d.rng.Float64() < .97 {
				d.do(who, "forum.reply", start+day*dayLong+minute*60+int64(d.rng.IntN(20)), d.somebody(who), fmt.Sprint("board", i))
			}
		}
	}
}

// ring makes people who praise each other a few times a week and others seldom;
// round: each only the next.
func (d *doubtful) ring(number, size int, round bool) {
	var members []string
	for range size {
		who := d.join(Ringed, 0)
		members = append(members, who)
		d.Together[who] = number
	}
	for day := range doubtfulDays {
		for i, who := range members {
			if d.rng.Float64() < .1 { // they say something, too
				d.do(who, "forum.reply", d.awake(day), d.somebody(who), "")
			}
			for range d.rng.IntN(3) {
				to := members[(i+1+d.rng.IntN(max(size-1, 1)))%size]
				if round {
					to = members[(i+1)%size]
				}
				if d.rng.Float64() < .06 {
					to = d.somebody(who)
				}
				d.do(who, "forum.like", d.awake(day), to, "")
			}
		}
	}
}

// counting likes five things, the daily cap, within a minute or two.
func (d *doubtful) counting(who string) {
	for day := range doubtfulDays {
		if d.rng.Float64() < .4 {
			at := d.awake(day)
			n := 5
			if d.rng.Float64() < .1 {
				n = 1 + d.rng.IntN(8)
			}
			for range n {
				d.do(who, "forum.like", at, d.somebody(who), "")
				at += 5 + int64(d.rng.IntN(25))
			}
		}
	}
}

// regretting replies and deletes the reply soon, more often than not.
func (d *doubtful) regretting(who string) {
	for day := range doubtfulDays {
		if d.rng.Float64() < .4 {
			at := d.awake(day)
			id := d.do(who, "forum.reply", at, d.somebody(who), "").ExternalID
			if d.rng.Float64() < .7 {
				d.takeBack(who, id, at+60+int64(d.rng.IntN(1200)))
			}
		}
	}
}

// toggling likes one thing again and again.
func (d *doubtful) toggling(who string) {
	object, to := fmt.Sprint("o", d.rng.IntN(4000)), d.somebody(who)
	for day := range doubtfulDays {
		if d.rng.Float64() < .3 {
			at := d.awake(day)
			d.do(who, "forum.like", at, to, object)
			d.do(who, "forum.unlike", at+120, "", object)
			d.do(who, "forum.like", at+240, to, object)
		}
	}
}

// crowd makes accounts that come within four days and praise one person.
func (d *doubtful) crowd(number, size int) {
	star := d.join(Crowd, 0)
	d.Together[star] = number
	for day := 0; day < doubtfulDays; day += 3 {
		d.do(star, "forum.topic.created", d.awake(day), "", "")
	}
	from := 20 + d.rng.IntN(100)
	for range size {
		who := d.join(Crowd, 0)
		d.Together[who] = number
		first := from + d.rng.IntN(4)
		for range 4 + d.rng.IntN(4) {
			d.do(who, "forum.like", d.awake(min(first, doubtfulDays-1)), star, "")
			first += d.rng.IntN(6)
		}
	}
}
