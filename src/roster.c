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

enum roster_kind {
	ROSTER_EXACT = 0,
	ROSTER_LIST,   /* "@name" */
	ROSTER_SUFFIX, /* "*.name" */
	ROSTER_KIND_COUNT
};

struct roster_name {
	enum roster_kind kind;
	size_t place; /* in the operator's list */
	struct name name;
};

/* A trailing dot is fine. */
static bool read_plain(struct name *name, const char *text, const char **why)
{
	size_t size = strlen(text);
	if (size > 1 && text[size - 1] == '.') {
		size--;
	}
	return name_from_text(name, text, size, why);
}

static bool read_name(struct roster_name *read, const char *text, const char **why)
{
	read->kind = text[0] == '@'              ? ROSTER_LIST :
		text[0] == '*' && text[1] == '.' ? ROSTER_SUFFIX :
						   ROSTER_EXACT;
	text += read->kind == ROSTER_LIST ? 1 : read->kind == ROSTER_SUFFIX ? 2 : 0;
	return read_plain(&read->name, text, why);
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
	if (!read_name(&read, name, &why)) {
		return say_fault(name, why, error);
	}
	return true;
}

/* Equal names are equal, whatever their place. */
static int compare(const void *a, const void *b)
{
	const struct roster_name *left = a, *right = b;
	if (left->kind != right->kind) {
		return left->kind < right->kind ? -1 : 1;
	}
	if (left->name.size != right->name.size) {
		return left->name.size < right->name.size ? -1 : 1;
	}
	return memcmp(left->name.wire, right->name.wire, left->name.size);
}

static int compare_places(const void *a, const void *b)
{
	const struct roster_name *left = a, *right = b;
	return left->place < right->place ? -1 : left->place > right->place;
}

static int compare_to_sort(const void *a, const void *b)
{
	int order = compare(a, b);
	return order != 0 ? order : compare_places(a, b);
}

/* Leaves each name once, in the order that roster.h says. */
static void arrange(struct roster_names *read, size_t count)
{
	size_t counts[ROSTER_KIND_COUNT] = { 0 };
	qsort(read->names, count, sizeof(read->names[0]), compare_to_sort);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 ||
			compare(&read->names[read->count - 1], &read->names[i]) != 0) {
			counts[read->names[i].kind]++;
			read->names[read->count++] = read->names[i];
		}
	}
	qsort(read->names, counts[ROSTER_EXACT], sizeof(read->names[0]), compare_places);
	qsort(read->names + counts[ROSTER_EXACT], counts[ROSTER_LIST],
		sizeof(read->names[0]), compare_places);
}

static size_t count_kind(const struct roster_names *read, enum roster_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < read->count; i++) {
		count += read->names[i].kind == kind;
	}
	return count;
}

static int hash_name(gnutls_hash_hd_t hash, unsigned char kind, const struct name *name)
{
	const unsigned char head[] = { kind, name->size };
	int error = gnutls_hash(hash, head, sizeof(head));
	return error == 0 ? gnutls_hash(hash, name->wire, name->size) : error;
}

/* What makes two rosters the same one; the order of exact names and of lists is part of it. */
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
		error = hash_name(hash, (unsigned char)read->names[i].kind,
			&read->names[i].name);
	}
	for (size_t i = 0; error == 0 && i < read->fence_count; i++) {
		error = hash_name(hash, ROSTER_KIND_COUNT, &read->fence[i]);
	}
	gnutls_hash_deinit(hash, read->fingerprint);
	return error == 0;
}

static bool read_fence(struct roster_names *read, const struct dance_options *options,
	char error[DANCE_ERROR_SIZE])
{
	if (options->within_count == 0) {
		return true;
	}
	read->fence = calloc(options->within_count, sizeof(read->fence[0]));
	if (read->fence == NULL) {
		snprintf(error, DANCE_ERROR_SIZE, "out of memory");
		return false;
	}
	for (; read->fence_count < options->within_count; read->fence_count++) {
		const char *text = options->within[read->fence_count], *why;
		if (!read_plain(&read->fence[read->fence_count], text, &why)) {
			return say_fault(text, why, error);
		}
	}
	return true;
}

/* What does not go together. NULL: nothing. */
static const char *find_fault(const struct roster_names *read,
	const struct dance_options *options)
{
	size_t lists = count_kind(read, ROSTER_LIST);
	if (lists > MEMBERSHIP_LISTS_MAX) {
		return "there are more than 16 lists";
	}
	return lists > 0 && options->role == DANCE_SERVER ? "a list is of clients" : NULL;
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
	const char *fault = find_fault(read, options);
	if (fault != NULL) {
		snprintf(error, DANCE_ERROR_SIZE, "%s", fault);
	}
	if (fault != NULL || !read_fence(read, options, error)) {
		roster_names_clear(read);
		return false;
	}
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
	free(read->fence);
	*read = (struct roster_names){ 0 };
}

static bool fill(struct dance_roster *roster, const struct roster_names *read,
	struct watcher *watcher)
{
	for (size_t i = 0; i < read->count; i++) {
		const struct roster_name *at = &read->names[i];
		if (at->kind == ROSTER_LIST) {
			if (watcher_join_list(watcher, &roster->lists, &at->name) != 0) {
				return false;
			}
		} else if (at->kind == ROSTER_SUFFIX) {
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
	size_t exact = count_kind(read, ROSTER_EXACT);
	size_t lists = count_kind(read, ROSTER_LIST);
	size_t suffixes = count_kind(read, ROSTER_SUFFIX);

	struct dance_roster *roster = calloc(1, sizeof(*roster));
	if (roster == NULL) {
		return NULL;
	}
	static unsigned long serials;
	roster->serial = uatomic_add_return(&serials, 1);
	roster->watcher = watcher;
	roster->options = *options;
	roster->options.within = NULL; /* the host's */
	roster->options.within_count = 0;
	memcpy(roster->fingerprint, read->fingerprint, sizeof(roster->fingerprint));
	roster->index = key_index_new(exact);
	/* A host may have very many of them, of few names each. */
	roster->members = exact != 0 ? calloc(exact, sizeof(roster->members[0])) : NULL;
	roster->suffixes = suffixes != 0 ? calloc(suffixes, sizeof(roster->suffixes[0])) :
					   NULL;
	if (roster->index == NULL || (exact != 0 && roster->members == NULL) ||
		(suffixes != 0 && roster->suffixes == NULL) ||
		!membership_begin(&roster->lists, roster->index, exact, lists, read->fence,
			read->fence_count) ||
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
	membership_clear(&roster->lists);
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
	if (roster->lists.list_count != 0) {
		watcher_leave_lists(watcher, &roster->lists);
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

static bool is_awaited_before(const struct key_index_member *member,
	const struct key_index_hit *hit)
{
	const struct key_index_hit awaited = { member->owner, member->owner->since,
		member->rank };
	return !uatomic_read(&member->resolved) && key_index_precedes(&awaited, hit);
}

bool roster_may_precede(const struct dance_roster *roster, const struct key_index_hit *hit)
{
	bool may = false;
	for (size_t i = 0; !may && i < roster->member_count; i++) {
		may = is_awaited_before(&roster->members[i], hit);
	}
	for (size_t i = 0; !may && i < roster->lists.list_count; i++) {
		may = is_awaited_before(&roster->lists.lists[i].member, hit);
	}
	const struct key_index_member *member;
	for (size_t at = 0;
		!may && (member = membership_next(&roster->lists, &at)) != NULL;) {
		may = is_awaited_before(member, hit);
	}
	return may;
}

struct owner *roster_next_listed(const struct dance_roster *roster, size_t *at)
{
	if (*at < roster->member_count) {
		return roster->members[(*at)++].owner;
	}
	size_t slot = *at - roster->member_count;
	const struct key_index_member *member = membership_next(&roster->lists, &slot);
	*at = roster->member_count + slot;
	return member != NULL ? member->owner : NULL;
}

size_t roster_listed_count(const struct dance_roster *roster)
{
	return roster->member_count + uatomic_read(&roster->lists.used);
}

enum dance_verdict roster_admit(const struct dance_roster *roster, const struct name *name,
	uint64_t now, struct admission *admission)
{
	admission->list = NULL;
	admission->suffix = NULL;
	const struct key_index_member *member = key_index_find_member(roster->index, name);
	if (member != NULL && member->rank < roster->lists.plain) {
		return DANCE_UNDECIDED;
	}
	enum dance_verdict verdict = admission_by_lists(&roster->lists, name,
		&roster->options, now, admission);
	admission->suffix = verdict != DANCE_UNDECIDED ? roster_suffix(roster, name) : NULL;
	return admission->suffix != NULL ? DANCE_UNDECIDED : verdict;
}

/* Threads that meet at the turn of a second may take one or two more. */
struct owner *roster_next_nudge(struct dance_roster *roster)
{
	unsigned long second = (unsigned long)(clock_ms() / 1000);
	if (uatomic_xchg(&roster->nudge_second, second) != second) {
		uatomic_set(&roster->nudge_count, 0);
	}
	size_t count = roster->member_count + roster->lists.slot_count;
	if (roster_listed_count(roster) == 0 ||
		uatomic_add_return(&roster->nudge_count, 1) > ROSTER_NUDGES_PER_SECOND) {
		return NULL;
	}
	size_t turn = uatomic_add_return(&roster->nudge_turn, 1) % count;
	struct owner *owner = roster_next_listed(roster, &turn);
	if (owner == NULL) { /* the rest of the places is empty */
		uatomic_set(&roster->nudge_turn, 0);
		turn = 0;
		owner = roster_next_listed(roster, &turn);
	}
	return owner;
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
