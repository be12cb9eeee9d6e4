package api

import "orrery.dev/orrery/internal/account"

// route is an address, the scope that a key needs for it, and what it does.
type route struct {
	pattern string
	scope   account.Scope // empty: nobody needs a key
	action  action
}

// routes is every address of the API.
var routes = []route{
	{"GET /api/v1/activities", account.Read, (*server).listActivities},
	{"POST /api/v1/activities", account.Ingest, (*server).takeActivities},
	{"GET /api/v1/members", account.Read, (*server).listMembers},
	{"GET /api/v1/members/{id}", account.Read, (*server).showMember},
	{"GET /api/v1/conversations", account.Read, (*server).listConversations},
	{"GET /api/v1/planets", account.Read, (*server).listPlanets},
	{"POST /api/v1/planets", account.Admin, (*server).addPlanet},
	{"GET /api/v1/imports", account.Read, (*server).listImports},
	{"GET /api/v1/imports/{id}", account.Read, (*server).showImport},
	{"GET /api/v1/imports/{id}/skipped", account.Read, (*server).listSkipped},
	{"POST /api/v1/imports/{id}/undo", account.Admin, (*server).undoImport},

	{"GET /api/openapi.json", "", (*server).describe},
	{"GET /healthz", "", (*server).alive},
	{"GET /readyz", "", (*server).ready},
	{"GET /metrics", account.Read, (*server).measure},
}

// Permission is a row of the table of routes as others read it.
type Permission struct {
	Pattern string
	Scope   account.Scope // empty: nobody needs a key
	Action  string        // as the audit tells of it; empty: it does not
}

// Permissions is the table of routes: every address of the API, and the scope that a
// key needs for it. A key for one planet does what it does there alone.
func Permissions() []Permission {
	list := make([]Permission, len(routes))
	for i := range routes {
		list[i] = Permission{routes[i].pattern, routes[i].scope, routes[i].audited()}
	}
	return list
}
