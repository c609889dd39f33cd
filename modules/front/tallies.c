/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A name stands in the first free place from its home on. When one leaves, those behind it that
 * would not be found any more move up. A quarter of the places is free, so that no way is long. */

#include "tallies.h"

static size_t home_of(uint64_t name)
{
	return (size_t)(name >> 32) % TALLIES_PLACES;
}

static size_t after(size_t place)
{
	return (place + 1) % TALLIES_PLACES;
}

/* Where the name is, or where it would be. */
static size_t find(const struct tallies *tallies, uint64_t name)
{
	size_t place = home_of(name);
	while (tallies->counts[place] > 0 && tallies->names[place] != name) {
		place = after(place);
	}
	return place;
}

bool tallies_add(struct tallies *tallies, uint64_t name, unsigned most)
{
	size_t place = find(tallies, name);
	bool is_new = tallies->counts[place] == 0;
	if (tallies->counts[place] >= most || (is_new && tallies->used == TALLIES_MAX)) {
		return false;
	}
	tallies->names[place] = name;
	tallies->counts[place]++;
	tallies->used += is_new;
	return true;
}

/* How far it is from one place on to another. */
static size_t way(size_t from, size_t to)
{
	return (to + TALLIES_PLACES - from) % TALLIES_PLACES;
}

static void close_gap(struct tallies *tallies, size_t gap)
{
	for (size_t place = after(gap); tallies->counts[place] > 0; place = after(place)) {
		/* Whoever has its home behind the gap is found without it. */
		if (way(home_of(tallies->names[place]), place) >= way(gap, place)) {
			tallies->names[gap] = tallies->names[place];
			tallies->counts[gap] = tallies->counts[place];
			tallies->counts[place] = 0;
			gap = place;
		}
	}
}

void tallies_remove(struct tallies *tallies, uint64_t name)
{
	size_t place = find(tallies, name);
	if (tallies->counts[place] == 0) {
		return;
	}
	tallies->counts[place]--;
	if (tallies->counts[place] == 0) {
		tallies->used--;
		close_gap(tallies, place);
	}
}
