/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An allow-list: reading it, and asking whether a name is on it. The watcher knows what DNS
 * says of the names. */

#include "roster.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/uatomic.h>

#include "clock.h"

struct roster_name {
	bool suffix;
	size_t place; /* in the operator's list */
	struct name name;
};

static bool read_name(struct roster_name *read, const char *text, const char **why)
{
	size_t size = strlen(text);
	read->suffix = size >= 2 && text[0] == '*' && text[1] == '.';
	if (read->suffix) {
		text += 2;
		size -= 2;
	}
	if (size > 1 && text[size - 1] == '.') {
		size--;
	}
	return name_from_text(&read->name, text, size, why);
}

static bool say_fault(const char *text, const char *why, char error[DANCE_ERROR_SIZE])
{
	snprintf(error, DANCE_ERROR_SIZE, "'%.80s%s': %s", text,
		strlen(text) > 80 ? "..." : "", why);
	return false;
}

bool dance_roster_check_name(const char *name, char error[DANCE_ERROR_SIZE])
{
	struct roster_name read;
	const char *why;
	return read_name(&read, name, &why) || say_fault(name, why, error);
}

/* Equal names are equal, whatever their place. */
static int compare(const void *a, const void *b)
{
	const struct roster_name *left = a, *right = b;
	if (left->suffix != right->suffix) {
		return left->suffix ? 1 : -1;
	}
	if (left->name.size != right->name.size) {
		return left->name.size < right->name.size ? -1 : 1;
	}
	return memcmp(left->name.wire, right->name.wire, left->name.size);
}

static int compare_to_sort(const void *a, const void *b)
{
	const struct roster_name *left = a, *right = b;
	int order = compare(a, b);
	return order != 0 ? order : left->place < right->place ? -1 : 1;
}

static int compare_places(const void *a, const void *b)
{
	const struct roster_name *left = a, *right = b;
	return left->place < right->place ? -1 : left->place > right->place;
}

/* Leaves each name once, in the order that roster.h says. */
static void arrange(struct roster_names *read, size_t count)
{
	size_t exact = 0;
	qsort(read->names, count, sizeof(read->names[0]), compare_to_sort);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 ||
			compare(&read->names[read->count - 1], &read->names[i]) != 0) {
			exact += !read->names[i].suffix;
			read->names[read->count++] = read->names[i];
		}
	}
	qsort(read->names, exact, sizeof(read->names[0]), compare_places);
}

/* What makes two rosters the same one; the order of exact names is part of it. */
static bool take_fingerprint(struct roster_names *read, const struct dance_options *options)
{
	gnutls_hash_hd_t hash;
	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0) {
		return false;
	}
	const uint64_t settings[] = { options->usages, options->role,
		(uintptr_t)options->trust, (uint64_t)options->at, options->timeout_ms,
		options->max_stale_s };
	int error = gnutls_hash(hash, settings, sizeof(settings));
	for (size_t i = 0; error == 0 && i < read->count; i++) {
		const struct roster_name *at = &read->names[i];
		const unsigned char head[] = { at->suffix, at->name.size };
		error = gnutls_hash(hash, head, sizeof(head));
		if (error == 0) {
			error = gnutls_hash(hash, at->name.wire, at->name.size);
		}
	}
	gnutls_hash_deinit(hash, read->fingerprint);
	return error == 0;
}

bool roster_read(struct roster_names *read, const char *const *names, size_t count,
	const struct dance_options *options, char error[DANCE_ERROR_SIZE])
{
	*read = (struct roster_names){ 0 };
	if (count == 0) {
		snprintf(error, DANCE_ERROR_SIZE, "the list of permitted names is empty");
		return false;
	}
	read->names = calloc(count, sizeof(read->names[0]));
	if (read->names == NULL) {
		snprintf(error, DANCE_ERROR_SIZE, "out of memory");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const char *why;
		if (!read_name(&read->names[i], names[i], &why)) {
			roster_names_clear(read);
			return say_fault(names[i], why, error);
		}
		read->names[i].place = i;
	}
	arrange(read, count);
	if (!take_fingerprint(read, options)) {
		roster_names_clear(read);
		snprintf(error, DANCE_ERROR_SIZE, "SHA-256 failed");
		return false;
	}
	return true;
}

void roster_names_clear(struct roster_names *read)
{
	free(read->names);
	*read = (struct roster_names){ 0 };
}

static bool fill(struct dance_roster *roster, const struct roster_names *read,
	struct watcher *watcher)
{
	for (size_t i = 0; i < read->count; i++) {
		const struct roster_name *at = &read->names[i];
		if (at->suffix) {
			roster->suffixes[roster->suffix_count++] = at->name;
			roster->suffix_sizes[at->name.size / 64] |= UINT64_C(1)
				<< at->name.size % 64;
		} else if (watcher_join(watcher, &at->name, roster->index,
				   &roster->members[roster->member_count],
				   (uint32_t)roster->member_count) == 0) {
			roster->member_count++;
		} else {
			return false;
		}
	}
	return true;
}

struct dance_roster *roster_new(const struct roster_names *read,
	const struct dance_options *options, struct watcher *watcher)
{
	size_t suffixes = 0;
	for (size_t i = 0; i < read->count; i++) {
		suffixes += read->names[i].suffix;
	}
	size_t exact = read->count - suffixes;

	struct dance_roster *roster = calloc(1, sizeof(*roster));
	if (roster == NULL) {
		return NULL;
	}
	static unsigned long serials;
	roster->serial = uatomic_add_return(&serials, 1);
	roster->watcher = watcher;
	roster->options = *options;
	memcpy(roster->fingerprint, read->fingerprint, sizeof(roster->fingerprint));
	roster->index = key_index_new(exact);
	/* A host may have very many of them, of few names each. */
	roster->members = exact != 0 ? calloc(exact, sizeof(roster->members[0])) : NULL;
	roster->suffixes = suffixes != 0 ? calloc(suffixes, sizeof(roster->suffixes[0])) :
					   NULL;
	if (roster->index == NULL || (exact != 0 && roster->members == NULL) ||
		(suffixes != 0 && roster->suffixes == NULL) ||
		!fill(roster, read, watcher)) {
		roster_free(roster, watcher);
		return NULL;
	}
	return roster;
}

/* All its names have left. */
static void free_empty(struct dance_roster *roster)
{
	key_index_free(roster->index);
	free(roster->members);
	free(roster->suffixes);
	free(roster);
}

static void on_parted(struct watcher_parting *parting)
{
	free_empty((struct dance_roster *)((char *)parting -
		offsetof(struct dance_roster, parting)));
}

void roster_free(struct dance_roster *roster, struct watcher *watcher)
{
	if (roster == NULL) {
		return;
	}
	if (roster->member_count > ROSTER_LEAVE_MAX) {
		roster->parting = (struct watcher_parting){ .members = roster->members,
			.count = roster->member_count,
			.over = on_parted };
		if (watcher_part(watcher, &roster->parting)) {
			return;
		}
	}
	for (size_t i = 0; i < roster->member_count; i++) {
		watcher_leave(watcher, &roster->members[i]);
	}
	free_empty(roster);
}

bool roster_may_precede(const struct dance_roster *roster, const struct key_index_hit *hit)
{
	for (size_t i = 0; i < roster->member_count; i++) {
		const struct key_index_member *at = &roster->members[i];
		const struct key_index_hit awaited = { at->owner, at->owner->since,
			at->rank };
		if (!uatomic_read(&at->resolved) && key_index_precedes(&awaited, hit)) {
			return true;
		}
	}
	return false;
}

/* Threads that meet at the turn of a second may take one or two more. */
struct owner *roster_next_nudge(struct dance_roster *roster)
{
	unsigned long second = (unsigned long)(clock_ms() / 1000);
	if (uatomic_xchg(&roster->nudge_second, second) != second) {
		uatomic_set(&roster->nudge_count, 0);
	}
	if (roster->member_count == 0 ||
		uatomic_add_return(&roster->nudge_count, 1) > ROSTER_NUDGES_PER_SECOND) {
		return NULL;
	}
	size_t turn = uatomic_add_return(&roster->nudge_turn, 1);
	return roster->members[turn % roster->member_count].owner;
}

bool roster_permits(const struct dance_roster *roster, const struct name *name,
	struct owner **owner)
{
	*owner = key_index_find_name(roster->index, name);
	if (*owner != NULL) {
		return true;
	}
	return roster_suffix(roster, name) != NULL;
}

/* A name in wire form, among others. */
struct sought {
	const uint8_t *wire;
	uint8_t size;
};

static int compare_sought(const void *a, const void *b)
{
	const struct sought *left = a;
	const struct name *right = b;
	if (left->size != right->size) {
		return left->size < right->size ? -1 : 1;
	}
	return memcmp(left->wire, right->wire, left->size);
}

/* Goes up from a name, label by label: a peer may have many names, and a roster may have many
 * suffixes. They are sorted by their size and then by their octets. */
static const struct name *find_suffix(const struct dance_roster *roster,
	const struct name *name, bool outermost)
{
	const struct name *found = NULL;
	const uint8_t *end = name->wire + name->size;
	const uint8_t *at = name->wire;
	while (at + 1 < end && (outermost || found == NULL)) {
		at += at[0] + 1;
		const struct sought sought = { at, (uint8_t)(end - at) };
		if ((roster->suffix_sizes[sought.size / 64] >> sought.size % 64 & 1) == 0) {
			continue;
		}
		const struct name *hit = bsearch(&sought, roster->suffixes,
			roster->suffix_count, sizeof(roster->suffixes[0]), compare_sought);
		found = hit != NULL ? hit : found;
	}
	return found;
}

const struct name *roster_suffix(const struct dance_roster *roster, const struct name *name)
{
	return find_suffix(roster, name, false);
}

const struct name *roster_outer_suffix(const struct dance_roster *roster,
	const struct name *name)
{
	return find_suffix(roster, name, true);
}

void roster_domain(const struct dance_roster *roster, struct name *name)
{
	const struct name *suffix = roster_outer_suffix(roster, name);
	while (suffix != NULL && !name_is_child(name, suffix)) {
		uint8_t label = (uint8_t)(name->wire[0] + 1);
		name->size = (uint8_t)(name->size - label);
		memmove(name->wire, name->wire + label, name->size);
	}
}
