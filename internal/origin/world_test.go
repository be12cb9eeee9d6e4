package origin_test

import (
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/simulate"
)

// input hands a world's past over, without its truth.
func input(w *simulate.OriginWorld) origin.Input {
	in := origin.Input{People: w.People, Campaigns: w.Campaigns}
	for _, d := range w.Deeds {
		in.Events = append(in.Events, origin.Event{At: d.At, Who: d.Who, Strategy: d.Strategy, Origin: d.Origin, To: d.To})
	}
	for _, t := range w.Ties {
		in.Ties = append(in.Ties, origin.Tie(t))
	}
	for _, m := range w.Messages {
		in.Deliveries = append(in.Deliveries, origin.Delivery{At: m.At, To: m.To, Campaign: m.Campaign})
	}
	return in
}
