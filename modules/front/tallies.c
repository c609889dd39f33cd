/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A name stands in the first free place from its home on. When one leaves, those behind it that
 * would not be found any more move up. Half of the places are free, so that no way is long. */

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
static struct tally *find(struct tallies *tallies, uint64_t name)
{
	size_t place = home_of(name);
	while (tallies->places[place].count > 0 && tallies->places[place].name != name) {
		place = after(place);
	}
	return &tallies->places[place];
}

bool tallies_add(struct tallies *tallies, uint64_t name, unsigned most)
{
	struct tally *tally = find(tallies, name);
	bool is_new = tally->count == 0;
	if (tally->count >= most || (is_new && tallies->used == TALLIES_MAX)) {
		return false;
	}
	tally->name = name;
	tally->count++;
	tallies->used += is_new;
	return true;
}

/* How far it is from one place on to another. */
static size_t way(size_t from, size_t to)
{
	return (to + TALLIES_PLACES - from) % TALLIES_PLACES;
}

static void close_gap(struct tally *places, size_t gap)
{
	for (size_t place = after(gap); places[place].count > 0; place = after(place)) {
		/* Whoever has its home behind the gap is found without it. */
		if (way(home_of(places[place].name), place) >= way(gap, place)) {
			places[gap] = places[place];
			places[place].count = 0;
			gap = place;
		}
	}
}

void tallies_remove(struct tallies *tallies, uint64_t name)
{
	struct tally *tally = find(tallies, name);
	if (tally->count == 0) {
		return;
	}
	tally->count--;
	if (tally->count == 0) {
		tallies->used--;
		close_gap(tallies->places, (size_t)(tally - tallies->places));
	}
}
