/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a decision rests on, as counts that are compared later. */

#include "basis.h"

#include <string.h>

static const struct change_count *count_of(const struct dance_roster *roster,
	uint32_t place)
{
	return &watcher_change_counts(roster->watcher)->places[place];
}

static void mark(struct basis *basis, const struct change_count *count, uint32_t answers)
{
	basis->marks[basis->mark_count++] = (struct change_mark){ count, answers };
}

void basis_begin(struct basis *basis, const struct dance_roster *roster, bool listed)
{
	struct change_count count = change_count_read(key_index_answers(roster->index));
	basis->roster = roster;
	basis->on.roster = roster->serial;
	basis->on.rests_on_list = listed;
	basis->on.counts_answers = false;
	basis->on.name_count = 0;
	basis->on.list_changes = count.changes;
	basis->mark_count = 0;
	if (listed) {
		mark(basis, key_index_answers(roster->index), count.answers);
	}
}

void basis_add(struct basis *basis, const struct name *name,
	const struct change_count *count)
{
	if (basis->on.name_count == BASIS_NAMES) {
		basis->on.roster = 0;
		return;
	}
	uint16_t place = change_counts_place(watcher_change_counts(basis->roster->watcher),
		name->wire, name->size);
	struct change_count now = change_count_read(count_of(basis->roster, place));
	uint8_t at = basis->on.name_count++;
	basis->on.names[at].place = place;
	basis->on.names[at].count = count != NULL ? count->changes : now.changes;
	mark(basis, count_of(basis->roster, place),
		count != NULL ? count->answers : now.answers);
}

_Static_assert(sizeof(struct basis_counts) <= sizeof(struct dance_basis),
	"it fits into what hosts keep");

void basis_put(const struct basis *basis, struct dance_basis *to)
{
	/* Not the names that are not there: they were never written. */
	memset(to, 0, sizeof(*to));
	memcpy(to, &basis->on,
		offsetof(struct basis_counts, names) +
			basis->on.name_count * sizeof(basis->on.names[0]));
}

void basis_await(struct basis *basis)
{
	if (basis->roster->options.role == DANCE_SERVER) {
		basis->on.roster = 0;
	}
	basis->on.counts_answers = true;
	const struct change_mark *marks = &basis->marks[basis->on.rests_on_list ? 1 : 0];
	for (uint8_t i = 0; i < basis->on.name_count; i++) {
		basis->on.names[i].count = marks[i].answers;
	}
}

bool dance_basis_holds(const struct dance_roster *roster, const struct dance_basis *kept)
{
	struct basis_counts on;
	memcpy(&on, kept, sizeof(on));
	if (roster == NULL || on.roster == 0 || on.roster != roster->serial ||
		on.name_count > BASIS_NAMES) {
		return false;
	}
	if (on.rests_on_list &&
		change_count_read(key_index_answers(roster->index)).changes !=
			on.list_changes) {
		return false;
	}
	for (uint8_t i = 0; i < on.name_count; i++) {
		if (on.names[i].place >= CHANGE_COUNTS_PLACES) {
			return false;
		}
		struct change_count count = change_count_read(count_of(roster,
			on.names[i].place));
		if ((on.counts_answers ? count.answers : count.changes) !=
			on.names[i].count) {
			return false;
		}
	}
	return true;
}
