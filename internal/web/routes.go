package web

import (
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// A route is an address, who may use it and what it does.
type route struct {
	pattern    string
	permission permission
	action     action
}

// routes is every address of the team's screens.
func (s *server) routes() []route { return append(s.pageRoutes(), s.exportRoutes()...) }

func (s *server) pageRoutes() []route {
	return []route{
		{"GET /{$}", see, s.today},

		{"GET /live", see, s.live},
		{"GET /search", see, s.search},
		{"GET /search/suggest", see, s.suggest},

		{"GET /map", see, s.orbitMap},
		{"GET /map/data", see, s.mapData},
		{"GET /map/names", see, s.mapNames},

		{"GET /people", see, s.people},
		{"GET /people.csv", take, s.peopleCSV},
		{"GET /people/hello", see, s.hellos},
		{"POST /people/bulk", change.of(onPerson), s.bulk},
		{"POST /people/undo", change.of(onPerson), s.undoTag},
		{"POST /lists", take, s.saveList},
		{"POST /lists/{number}", take, s.saveList},
		{"POST /lists/{number}/remove", take, s.removeList},
		{"GET /people/same", see.of(onInstallation), s.same},
		{"POST /people/same", change.of(onWholePerson), s.decideSame},
		{"GET /people/real", see, s.real},
		{"POST /people/real", change.of(onWholePerson), s.decideReal},
		{"GET /people/imbalance", see, s.imbalance},
		{"GET /people/thanks", see, s.thanks},
		{"GET /people/anniversaries", see, s.anniversaries},
		{"GET /people/{id}", see.of(onPerson), s.person},
		{"GET /people/{id}/with/{other}", see.of(onPerson), s.together},
		{"POST /people/{id}/note", change.of(onPerson), s.notePerson},
		{"POST /people/{id}/tag", change.of(onPerson), s.tagPerson},
		{"GET /people/{id}/merge", change.of(onWholePerson), s.findSame},
		{"POST /people/{id}/merge", change.of(onWholePerson), s.mergePerson},
		{"POST /people/{id}/unmerge", change.of(onWholePerson), s.unmergePerson},
		{"POST /people/{id}/mark", change.of(onWholePerson), s.markPerson},
		{"GET /people/{id}/erase", steer.of(onWholePerson), s.askErase},
		{"POST /people/{id}/erase", steer.of(onWholePerson), s.erasePerson},

		{"GET /conversations", see, s.conversations},
		{"GET /conversations/{id}", see, s.conversation},
		{"POST /conversations/{id}", change, s.decideTalk},

		{"GET /tasks", see, s.tasks},
		{"GET /tasks.csv", take, s.tasksCSV},
		{"GET /tasks/new", change.of(onPerson), s.askTask},
		{"POST /tasks", change.of(onPerson), s.addTask},
		{"GET /tasks/{number}", see, s.task},
		{"POST /tasks/{number}", change, s.changeTask},

		{"GET /newcomers", see, s.newcomers},
		{"GET /newcomers.csv", take, s.newcomersCSV},
		{"GET /newcomers/people", see, s.newcomersPeople},
		{"GET /newcomers/people.csv", take, s.newcomersPeopleCSV},

		{"GET /met", change, s.askMet},
		{"POST /met", change.of(onPerson), s.met},
		{"POST /met/undo", change, s.metBack},

		{"GET /reports", see, s.reports},
		{"GET /reports/{kind}/{name}", see, s.report},
		{"GET /reports/{kind}/{name}/figures.csv", take, s.reportCSV},
		{"GET /notes", see, s.datedNotes},
		{"POST /notes", change, s.saveDatedNote},
		{"POST /notes/{number}/remove", change, s.removeDatedNote},

		{"GET /ways", see, s.ways},

		{"GET /purposes", see, s.purposes},
		{"GET /purposes/new", steer, s.askPurpose},
		{"POST /purposes/new", steer.of(onNamed), s.savePurpose},
		{"GET /purposes/{slug}", see.of(onPurpose), s.purpose},
		{"GET /purposes/{slug}/people", see.of(onPurpose), s.purposePeople},
		{"GET /purposes/{slug}/people.csv", take.of(onPurpose), s.purposePeopleCSV},
		{"GET /purposes/{slug}/activities", see.of(onPurpose), s.purposeActs},
		{"GET /purposes/{slug}/change", steer.of(onPurpose), s.askPurposeChange},
		{"POST /purposes/{slug}/change", steer.of(onPurpose), s.savePurpose},
		{"POST /purposes/{slug}/state", steer.of(onPurpose), s.changePurpose},
		{"POST /purposes/{slug}/ask", change.of(onPurpose), s.askOf},
		{"POST /purposes/{slug}/update", change.of(onPurpose), s.updatePurpose},
		{"POST /purposes/{slug}/update/drop", change.of(onPurpose), s.dropPurposeUpdate},

		{"GET /p/{slug}", anybody, s.publicPurpose},
		{"GET /p/{slug}/badge.svg", anybody, s.purposeBadge},
		{"GET /p/{slug}/feed.json", anybody, s.purposeFeed},
		{"GET /origin", see, s.brought},
		{"GET /origin/{origin}", see, s.broughtBehind},
		{"GET /repulsion", see, s.repulsion},
		{"GET /repulsion/acts", see, s.repelled},
		{"GET /system", see.of(onInstallation), s.solarSystem},
		{"GET /system/people", see.of(onInstallation), s.systemPeople},

		{"GET /circles", see, s.circles},
		{"GET /circles/{id}", see, s.circle},
		{"POST /circles/{id}/name", change, s.nameCircle},

		{"GET /introductions", see, s.introductions},
		{"POST /introductions", change.of(onPerson), s.introduce},
		{"POST /introductions/{number}", change, s.decideIntroduction},

		{"GET /partners", see.of(onInstallation), s.partners},
		{"GET /partners/new", steer.of(onInstallation), s.newPartner},
		{"POST /partners", steer.of(onInstallation), s.savePartner},
		{"GET /partners/{slug}", see.of(onInstallation), s.partner},
		{"GET /partners/{slug}/people", see.of(onInstallation), s.partnerPeople},
		{"GET /partners/{slug}/people.csv", take.of(onInstallation), s.partnerPeopleCSV},
		{"GET /partners/{slug}/activities", see.of(onInstallation), s.partnerActs},
		{"GET /partners/{slug}/activities.csv", take.of(onInstallation), s.partnerActsCSV},
		{"GET /partners/{slug}/change", steer.of(onInstallation), s.askPartner},
		{"POST /partners/{slug}/change", steer.of(onInstallation), s.savePartner},
		{"POST /partners/{slug}/remove", steer.of(onInstallation), s.removePartner},
		{"POST /partners/{slug}/trials", steer.of(onInstallation), s.beginTrial},
		{"GET /partners/{slug}/trials/{name}", change.of(onInstallation), s.trialCSV},
		{"POST /partners/{slug}/trials/{name}/remove", steer.of(onInstallation), s.endTrial},
		{"POST /partners/{slug}/rooms", steer.of(onInstallation), s.openRoom},
		{"POST /partners/{slug}/rooms/{room}/close", steer.of(onInstallation), s.closeRoom},
		{"POST /partners/{slug}/update", change.of(onInstallation), s.writeRoom},
		{"POST /partners/{slug}/update/drop", change.of(onInstallation), s.dropRoomUpdate},
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
		{"GET /sources/of/{name}", see.of(onSource), s.connection},
		{"POST /sources/of/{name}/pause", change.of(onSource), s.order(view.OrderPause)},
		{"POST /sources/of/{name}/resume", change.of(onSource), s.order(view.OrderResume)},
		{"POST /sources/of/{name}/test", change.of(onSource), s.order(view.OrderTest)},
		{"POST /sources/of/{name}/preview", steer.of(onSource), s.preview},
		{"POST /sources/of/{name}/rewind", steer.of(onSource), s.rewind},
		{"GET /sources/of/{name}/change", steer.of(onSource), s.askChange},
		{"POST /sources/of/{name}/change", steer.of(onSource), s.change},
		{"GET /sources/of/{name}/delete", steer.of(onSource), s.askDelete},
		{"POST /sources/of/{name}/delete", steer.of(onSource), s.deleteConnection},
		{"GET /imports/{id}/skipped", see.of(onImport), s.skipped},
		{"POST /imports/{id}/undo", change.of(onImport), s.undoImport},

		{"GET /welcome", see.of(onNone), s.welcome},
		{"POST /welcome/brand", steer.of(onInstallation), s.nameBrand},
		{"POST /welcome/sample", steer.of(onInstallation), s.trySample},
		{"POST /welcome/sample/remove", steer.of(onInstallation), s.removeSample},

		{"GET /settings", see, s.settings},
		{"GET /settings/planets", see, s.planets},
		{"GET /settings/rhythm", see, s.rhythm},
		{"POST /settings/rhythm", steer.of(onNamed), s.saveRhythm},
		{"GET /settings/teammates", see, s.setting("settingsteammates", language.T("Teammates"))},
		{"GET /settings/keys", see, s.setting("settingskeys", language.T("Keys"))},
		{"GET /settings/weights", see, s.weights},
		{"GET /settings/weights/try", steer.of(onInstallation), s.tryWeight},
		{"POST /settings/weights", steer.of(onInstallation), s.saveWeight},
		{"POST /settings/planet", steer.of(onNamed), s.savePlanet},
		{"POST /settings/planets/move", steer.of(onInstallation), s.movePlanet},
		{"POST /settings/planets/archive", steer.of(onNamed), s.archivePlanet},
		{"POST /settings/teammates", steer.of(onInstallation), s.saveTeammates},
		{"POST /settings/keys", steer.of(onNamed), s.createKey},
		{"POST /settings/keys/revoke", steer.of(onNone), s.revokeKey},

		{"GET /settings/webhooks", see.of(onInstallation), s.webhooks},
		{"POST /settings/webhooks", steer.of(onInstallation), s.addWebhook},
		{"GET /settings/webhooks/{name}", see.of(onInstallation), s.webhook},
		{"POST /settings/webhooks/{name}/change", steer.of(onInstallation), s.changeWebhook},
		{"POST /settings/webhooks/{name}/order", steer.of(onInstallation), s.orderWebhook},

		{"GET /settings/backups", see.of(onInstallation), s.backups},
		{"POST /settings/backups/plan", own.of(onInstallation), s.planBackups},
		{"POST /settings/backups/now", steer.of(onInstallation), s.backUp},
		{"GET /settings/restored/{token}", anybody, s.restored},
		{"GET /settings/backups/{name}/download", own.of(onInstallation), s.downloadBackup},
		{"POST /settings/backups/{name}/check", steer.of(onInstallation), s.checkBackup},
		{"POST /settings/backups/{name}/remove", own.of(onInstallation), s.removeBackup},
		{"GET /settings/backups/{name}/restore", own.of(onInstallation), s.askRestore},
		{"POST /settings/backups/{name}/restore", own.of(onInstallation), s.restoreBackup},

		{"GET /about-the-numbers", see.of(onNone), s.about},
		{"GET /help", see.of(onNone), s.help},
		{"GET /trust", see, s.trust},

		{"GET /settings/people", steer, s.colleagues},
		{"POST /settings/people", steer, s.invite},
		{"POST /settings/people/invitations/{number}/take-back", steer.of(onNone), s.takeBack},
		{"POST /settings/people/{account}", steer.of(onNone), s.changeColleague},
		{"GET /settings/audit", steer.of(onInstallation), s.audit},
		{"GET /settings/audit.csv", steer.of(onInstallation), s.auditCSV},
		{"GET /join/{token}", anybody, s.askJoin},
		{"POST /join/{token}", anybody, s.join},
		{"GET /settle", see.of(onNone), s.askSettle},
		{"POST /settle", own.of(onNone), s.settle},

		{"GET /enter/{token}", anybody, s.enter},
		{"GET /login", anybody, s.askLogin},
		{"POST /login", anybody, s.login},
		{"POST /logout", anybody, s.logout},
		{"GET /account", see.of(onSelf), s.ownAccount},
		{"POST /account/password", see.of(onSelf), s.changePassword},
		{"POST /account/sessions/end", see.of(onSelf), s.endOtherLogins},
		{"POST /account/sessions/{number}/end", see.of(onSelf), s.endLogin},
		{"POST /account/passkeys/begin", see.of(onSelf).silent(), s.beginPasskey},
		{"POST /account/passkeys", see.of(onSelf), s.addPasskey},
		{"POST /account/passkeys/{number}", see.of(onSelf), s.changePasskey},
		{"POST /login/passkey/begin", anybody.silent(), s.beginPasskeyLogin},
		{"POST /login/passkey", anybody, s.passkeyLogin},
		{"POST /theme", anybody.silent(), s.theme},
		{"POST /language", anybody.silent(), s.chooseLanguage},
	}
}

// EntryPath returns the path of the one-time link for a token: a GET of it logs
// in and goes on to /.
func EntryPath(token string) string { return "/enter/" + token }
