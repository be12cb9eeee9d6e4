package view

import (
	"path/filepath"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
)

// studies lists the reckonings over a planet's past whose results are kept.
func (d *Desk) studies() []study.Study {
	return []study.Study{
		d.authenticityStudy(),
		d.kindsStudy(),
		d.partnersStudy(),
		d.purposesStudy(),
		d.circlesStudy(),
		d.tiesStudy(),
		d.waysStudy(),
		d.talksStudy(),
		d.sharesStudy(),
		d.trustStudy(),
		d.repulsionStudy(),
		d.skyStudy(),
		d.weekStudy(),
		d.newcomersStudy(),
		d.rhythmStudy(),
	}
}

func (d *Desk) newShelf() *study.Shelf {
	return study.NewShelf(study.Config{
		Dir: filepath.Join(d.system.CacheDir(), "studies"), Clock: d.system.Clock, Log: d.system.Log(), Generation: d.system.Generation,
		Made: func(name string, planet orrery.PlanetID) {
			if name == "circles" {
				d.Renew() // lists and the map tell who is in which
				d.regroup(planet)
			}
		},
	}, d.studies())
}
