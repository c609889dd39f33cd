/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of dance_roster_standings(): names that stand as the test wrote down. Link with
 * -Wl,--wrap=dance_roster_standings, and include it once. */

#pragma once

#include "dance.h"

/* These pass for rosters. */
static struct fake_standings {
	const struct dance_standing *names;
	size_t count;
	void (*looked_at)(void); /* NULL: nobody wants to know */
} fake_rosters[2];

static inline struct dance_roster *fake_roster(unsigned number)
{
	return (struct dance_roster *)(void *)&fake_rosters[number];
}

typedef void standing_visit(const struct dance_standing *standing, void *arg);

void __real_dance_roster_standings(struct dance_roster *roster, standing_visit *visit,
	void *arg);
void __wrap_dance_roster_standings(struct dance_roster *roster, standing_visit *visit,
	void *arg);

void __wrap_dance_roster_standings(struct dance_roster *roster, standing_visit *visit,
	void *arg)
{
	for (unsigned i = 0; i < sizeof(fake_rosters) / sizeof(fake_rosters[0]); i++) {
		const struct fake_standings *fake = &fake_rosters[i];
		if (roster != fake_roster(i)) {
			continue;
		}
		for (size_t name = 0; name < fake->count; name++) {
			visit(&fake->names[name], arg);
		}
		if (fake->looked_at != NULL) {
			fake->looked_at();
		}
		return;
	}
	__real_dance_roster_standings(roster, visit, arg);
}
