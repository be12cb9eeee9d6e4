package doors

import "net/http"

// route is an address and what it does. Those for browsers answer pages of any
// site.
type route struct {
	pattern  string
	browsers bool
	invalid  int // the status of what is of no use
	action   func(*server, http.ResponseWriter, *http.Request) error
}

// routes is every address of the doors. Who may come in is asked by each: the
// key may stand in the body.
var routes = []route{
	{"POST /v1/batch", true, http.StatusBadRequest, (*server).takeBatch},
	{"POST /v1/b", true, http.StatusBadRequest, (*server).takeBatch},
	{"POST /v1/import", true, http.StatusBadRequest, (*server).takeBatch},
	{"POST /v1/{type}", true, http.StatusBadRequest, (*server).takeEvent},
	{"GET /v1/projects/{key}/settings", true, http.StatusBadRequest, (*server).settings},
	{"OPTIONS /v1/", true, http.StatusBadRequest, (*server).preflight},

	{"POST /api/s/batch", true, http.StatusBadRequest, (*server).takeBatch},
	{"POST /api/s/{type}", true, http.StatusBadRequest, (*server).takeEvent},
	{"POST /api/s/s2s/{type}", true, http.StatusBadRequest, (*server).takeEvent},
	{"OPTIONS /api/s/", true, http.StatusBadRequest, (*server).preflight},

	{"POST /events", true, http.StatusBadRequest, (*server).takeCloudEvents},
	{"OPTIONS /events", true, http.StatusBadRequest, (*server).preflight},

	{"POST /hooks/{source...}", false, http.StatusUnprocessableEntity, (*server).takeDelivery},

	{"/", true, http.StatusBadRequest, (*server).nothingHere},
}
