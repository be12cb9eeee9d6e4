package web

import (
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// A permission says who may use a route.
type permission uint8

const (
	anybody permission = iota // who is not logged in, too
	see                       // every account
	change                    // editors and stewards
	steer                     // stewards
)

// A route is an address, who may use it and what it does.
type route struct {
	pattern    string
	permission permission
	action     action
}

// routes is every address of the team's screens.
func (s *server) routes() []route {
	return []route{
		{"GET /{$}", see, s.today},

		{"GET /search", see, s.search},
		{"GET /search/suggest", see, s.suggest},

		{"GET /map", see, s.orbitMap},
		{"GET /map/data", see, s.mapData},
		{"GET /map/names", see, s.mapNames},

		{"GET /people", see, s.people},
		{"GET /people.csv", see, s.peopleCSV},
		{"GET /people/hello", see, s.hellos},
		{"POST /people/bulk", change, s.bulk},
		{"POST /people/undo", change, s.undoTag},
		{"POST /lists", change, s.saveList},
		{"POST /lists/{number}", change, s.saveList},
		{"POST /lists/{number}/remove", change, s.removeList},
		{"GET /people/same", see, s.same},
		{"POST /people/same", change, s.decideSame},
		{"GET /people/real", see, s.real},
		{"POST /people/real", change, s.decideReal},
		{"GET /people/imbalance", see, s.imbalance},
		{"GET /people/thanks", see, s.thanks},
		{"GET /people/anniversaries", see, s.anniversaries},
		{"GET /people/{id}", see, s.person},
		{"GET /people/{id}/with/{other}", see, s.together},
		{"POST /people/{id}/note", change, s.notePerson},
		{"POST /people/{id}/tag", change, s.tagPerson},
		{"GET /people/{id}/merge", change, s.findSame},
		{"POST /people/{id}/merge", change, s.mergePerson},
		{"POST /people/{id}/unmerge", change, s.unmergePerson},
		{"POST /people/{id}/mark", change, s.markPerson},
		{"GET /people/{id}/erase", steer, s.askErase},
		{"POST /people/{id}/erase", steer, s.erasePerson},

		{"GET /conversations", see, s.conversations},
		{"GET /conversations/{id}", see, s.conversation},
		{"POST /conversations/{id}", change, s.decideTalk},

		{"GET /tasks", see, s.tasks},
		{"GET /tasks.csv", see, s.tasksCSV},
		{"GET /tasks/new", change, s.askTask},
		{"POST /tasks", change, s.addTask},
		{"GET /tasks/{number}", see, s.task},
		{"POST /tasks/{number}", change, s.changeTask},

		{"GET /newcomers", see, s.newcomers},
		{"GET /newcomers.csv", see, s.newcomersCSV},
		{"GET /newcomers/people", see, s.newcomersPeople},
		{"GET /newcomers/people.csv", see, s.newcomersPeopleCSV},

		{"GET /met", change, s.askMet},
		{"POST /met", change, s.met},
		{"POST /met/undo", change, s.metBack},

		{"GET /notes", see, s.datedNotes},
		{"POST /notes", change, s.saveDatedNote},
		{"POST /notes/{number}/remove", change, s.removeDatedNote},

		{"GET /ways", see, s.ways},

		{"GET /purposes", see, s.purposes},
		{"GET /purposes/new", steer, s.askPurpose},
		{"POST /purposes/new", steer, s.savePurpose},
		{"GET /purposes/{slug}", see, s.purpose},
		{"GET /purposes/{slug}/people", see, s.purposePeople},
		{"GET /purposes/{slug}/people.csv", see, s.purposePeopleCSV},
		{"GET /purposes/{slug}/activities", see, s.purposeActs},
		{"GET /purposes/{slug}/change", steer, s.askPurposeChange},
		{"POST /purposes/{slug}/change", steer, s.savePurpose},
		{"POST /purposes/{slug}/state", steer, s.changePurpose},
		{"POST /purposes/{slug}/ask", change, s.askOf},
		{"POST /purposes/{slug}/update", change, s.updatePurpose},
		{"POST /purposes/{slug}/update/drop", change, s.dropPurposeUpdate},

		{"GET /p/{slug}", anybody, s.publicPurpose},
		{"GET /p/{slug}/badge.svg", anybody, s.purposeBadge},
		{"GET /p/{slug}/feed.json", anybody, s.purposeFeed},
		{"GET /origin", see, s.brought},
		{"GET /origin/{origin}", see, s.broughtBehind},
		{"GET /repulsion", see, s.repulsion},
		{"GET /repulsion/acts", see, s.repelled},
		{"GET /system", see, s.solarSystem},
		{"GET /system/people", see, s.systemPeople},

		{"GET /circles", see, s.circles},
		{"GET /circles/{id}", see, s.circle},
		{"POST /circles/{id}/name", change, s.nameCircle},

		{"GET /introductions", see, s.introductions},
		{"POST /introductions", change, s.introduce},
		{"POST /introductions/{number}", change, s.decideIntroduction},

		{"GET /partners", see, s.partners},
		{"GET /partners/new", steer, s.newPartner},
		{"POST /partners", steer, s.savePartner},
		{"GET /partners/{slug}", see, s.partner},
		{"GET /partners/{slug}/people", see, s.partnerPeople},
		{"GET /partners/{slug}/people.csv", see, s.partnerPeopleCSV},
		{"GET /partners/{slug}/activities", see, s.partnerActs},
		{"GET /partners/{slug}/activities.csv", see, s.partnerActsCSV},
		{"GET /partners/{slug}/change", steer, s.askPartner},
		{"POST /partners/{slug}/change", steer, s.savePartner},
		{"POST /partners/{slug}/remove", steer, s.removePartner},
		{"POST /partners/{slug}/trials", steer, s.beginTrial},
		{"GET /partners/{slug}/trials/{name}", change, s.trialCSV},
		{"POST /partners/{slug}/trials/{name}/remove", steer, s.endTrial},
		{"POST /partners/{slug}/rooms", steer, s.openRoom},
		{"POST /partners/{slug}/rooms/{room}/close", steer, s.closeRoom},
		{"POST /partners/{slug}/update", change, s.writeRoom},
		{"POST /partners/{slug}/update/drop", change, s.dropRoomUpdate},
		{"GET /room/{token}", anybody, s.room},
		{"POST /room/{token}", anybody, s.writeInRoom},
		{"GET /go/{code}", anybody, s.follow},

		{"GET /sources", see, s.sources},
		{"GET /sources/events", see, s.sourceEvents},
		{"GET /sources/add", change, s.addSource},
		{"POST /sources/upload", change, s.upload},
		{"GET /sources/columns/{token}", change, s.columns},
		{"POST /sources/import", change, s.startImport},
		{"GET /sources/connect/{platform}", steer, s.askConnect},
		{"POST /sources/connect/{platform}", steer, s.connect},
		{"GET /sources/of/{name}", see, s.connection},
		{"POST /sources/of/{name}/pause", change, s.order(view.OrderPause)},
		{"POST /sources/of/{name}/resume", change, s.order(view.OrderResume)},
		{"POST /sources/of/{name}/test", change, s.order(view.OrderTest)},
		{"POST /sources/of/{name}/preview", steer, s.preview},
		{"POST /sources/of/{name}/rewind", steer, s.rewind},
		{"GET /sources/of/{name}/change", steer, s.askChange},
		{"POST /sources/of/{name}/change", steer, s.change},
		{"GET /sources/of/{name}/delete", steer, s.askDelete},
		{"POST /sources/of/{name}/delete", steer, s.deleteConnection},
		{"GET /imports/{id}/skipped", see, s.skipped},
		{"POST /imports/{id}/undo", change, s.undoImport},

		{"GET /welcome", see, s.welcome},
		{"POST /welcome/brand", steer, s.nameBrand},
		{"POST /welcome/sample", steer, s.trySample},
		{"POST /welcome/sample/remove", steer, s.removeSample},

		{"GET /settings", see, s.settings},
		{"GET /settings/planets", see, s.setting("settingsplanets", language.T("Planets"))},
		{"GET /settings/teammates", see, s.setting("settingsteammates", language.T("Teammates"))},
		{"GET /settings/keys", see, s.setting("settingskeys", language.T("Keys"))},
		{"GET /settings/weights", see, s.weights},
		{"GET /settings/weights/try", steer, s.tryWeight},
		{"POST /settings/weights", steer, s.saveWeight},
		{"POST /settings/planet", steer, s.savePlanet},
		{"POST /settings/teammates", steer, s.saveTeammates},
		{"POST /settings/keys", steer, s.createKey},
		{"POST /settings/keys/revoke", steer, s.revokeKey},

		{"GET /settings/webhooks", see, s.webhooks},
		{"POST /settings/webhooks", steer, s.addWebhook},
		{"GET /settings/webhooks/{name}", see, s.webhook},
		{"POST /settings/webhooks/{name}/change", steer, s.changeWebhook},
		{"POST /settings/webhooks/{name}/order", steer, s.orderWebhook},

		{"GET /about-the-numbers", see, s.about},
		{"GET /trust", see, s.trust},

		{"GET /enter/{token}", anybody, s.enter},
		{"GET /login", anybody, s.askLogin},
		{"POST /login", anybody, s.login},
		{"POST /logout", anybody, s.logout},
		{"POST /theme", anybody, s.theme},
		{"POST /language", anybody, s.chooseLanguage},
	}
}

// EntryPath returns the path of the one-time link for a token: a GET of it logs
// in and goes on to /.
func EntryPath(token string) string { return "/enter/" + token }
