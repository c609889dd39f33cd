/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads the trust anchor's file again when it changes. What makes a change is told by the system;
 * what has changed is told by the keys, since whoever keeps such a file also writes down in it
 * when it last looked at the root. */

#include "trust_anchor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "resolver_options.h"

bool trust_anchor_begin(struct trust_anchor *anchor, const char *path)
{
	*anchor = (struct trust_anchor){ 0 };
	anchor->path = strdup(path != NULL ? path : RESOLVER_TRUST_ANCHOR);
	return anchor->path != NULL;
}

void trust_anchor_clear(struct trust_anchor *anchor)
{
	free(anchor->path);
	free(anchor->keys);
	free(anchor->kept);
	*anchor = (struct trust_anchor){ 0 };
}

/* Keys while they are read. */
struct reading {
	char *keys, *kept;
	size_t size, kept_size;
	bool failed; /* out of memory */
};

static bool append(struct reading *reading, char **keys, size_t *used, const char *record)
{
	size_t size = strlen(record) + 1;
	char *grown = realloc(*keys, *used + size);
	if (grown == NULL) {
		reading->failed = true;
		return false;
	}
	memcpy(grown + *used, record, size);
	*keys = grown;
	*used += size;
	return true;
}

static bool note_key(void *arg, const char *record)
{
	struct reading *reading = arg;
	return append(reading, &reading->keys, &reading->size, record);
}

static bool note_kept(void *arg, const char *record)
{
	struct reading *reading = arg;
	return append(reading, &reading->kept, &reading->kept_size, record);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_nlink != 0 && b->st_nlink != 0 && a->st_dev == b->st_dev &&
		a->st_ino == b->st_ino && a->st_size == b->st_size &&
		is_same_time(&a->st_mtim, &b->st_mtim) &&
		is_same_time(&a->st_ctim, &b->st_ctim);
}

/* Takes the keys, which become the anchor's or are freed. */
static enum trust_anchor_news replace(struct trust_anchor *anchor, struct reading *reading)
{
	bool was_broken = anchor->broken > 1;
	anchor->why[0] = '\0';
	anchor->broken = 0;
	anchor->read++;
	free(anchor->kept);
	anchor->kept = reading->kept;
	anchor->kept_size = reading->kept_size;
	if (anchor->keys != NULL && anchor->size == reading->size &&
		memcmp(anchor->keys, reading->keys, reading->size) == 0) {
		free(reading->keys);
		return was_broken ? TRUST_ANCHOR_MENDED : TRUST_ANCHOR_NO_NEWS;
	}
	free(anchor->keys);
	anchor->keys = reading->keys;
	anchor->size = reading->size;
	anchor->count++;
	return anchor->count > 1 ? TRUST_ANCHOR_CHANGED : TRUST_ANCHOR_NO_NEWS;
}

/* Is told of when it is still so at the next look: the file may just be being written. */
static enum trust_anchor_news keep(struct trust_anchor *anchor)
{
	if (anchor->broken < 3) {
		anchor->broken++;
	}
	return anchor->keys != NULL && anchor->broken == 2 ? TRUST_ANCHOR_BROKEN :
							     TRUST_ANCHOR_NO_NEWS;
}

static enum trust_anchor_news read_file(struct trust_anchor *anchor)
{
	struct reading reading = { 0 };
	enum root_key_file worth = root_key_read(anchor->path, note_key, note_kept,
		&reading, anchor->why);
	if (reading.failed) {
		worth = ROOT_KEY_UNUSABLE;
		snprintf(anchor->why, sizeof(anchor->why), "trust anchor %.120s: %s",
			anchor->path, strerror(ENOMEM));
	}
	if (worth == ROOT_KEY_USABLE) {
		return replace(anchor, &reading);
	}
	free(reading.keys);
	free(reading.kept);
	if (worth == ROOT_KEY_UNUSABLE) {
		anchor->settled = false; /* what failed may not lie in the file */
	} else if (anchor->keys != NULL) {
		free(anchor->keys);
		anchor->keys = NULL;
		anchor->size = 0;
		anchor->count++;
	}
	return keep(anchor);
}

enum trust_anchor_news trust_anchor_look(struct trust_anchor *anchor)
{
	uint64_t now = clock_ms();
	uint64_t pause = anchor->keys != NULL ? TRUST_ANCHOR_LOOK_MS :
						TRUST_ANCHOR_AGAIN_MS;
	if (anchor->looked != 0 && now - anchor->looked < pause) {
		return TRUST_ANCHOR_NO_NEWS;
	}
	anchor->looked = now;
	/* Before it is read: should it change in between, it is read once more. */
	struct stat file = { 0 };
	if (stat(anchor->path, &file) != 0) {
		snprintf(anchor->why, sizeof(anchor->why), "trust anchor %.120s: %.120s",
			anchor->path, strerror(errno));
		anchor->file.st_nlink = 0;
		return keep(anchor);
	}
	/* What is no file, a pipe say, can be read only once. */
	if (anchor->keys != NULL && !S_ISREG(file.st_mode)) {
		return TRUST_ANCHOR_NO_NEWS;
	}
	/* The system's clock of files is coarse: a file that is the same at two looks is read for
	 * the last time at the second. */
	bool same = is_same_file(&file, &anchor->file);
	if (same && anchor->settled) {
		return TRUST_ANCHOR_NO_NEWS;
	}
	anchor->file = file;
	anchor->settled = same;
	return read_file(anchor);
}

enum dance_anchor trust_anchor_is(const struct trust_anchor *anchor)
{
	return anchor->keys == NULL    ? DANCE_ANCHOR_MISSING :
		*anchor->why != '\0'   ? DANCE_ANCHOR_OUTDATED :
		*anchor->aging != '\0' ? DANCE_ANCHOR_AGING :
					 DANCE_ANCHOR_CURRENT;
}

bool trust_anchor_each(const struct trust_anchor *anchor, root_key_each each, void *arg)
{
	bool taken = false;
	for (size_t at = 0; at < anchor->size; at += strlen(anchor->keys + at) + 1) {
		const char *record = anchor->keys + at;
		bool is_root = strncmp(record, ". ", 2) == 0;
		taken = (each(arg, record) && is_root) || taken;
	}
	return taken;
}

void trust_anchor_each_kept(const struct trust_anchor *anchor, root_key_each each,
	void *arg)
{
	for (size_t at = 0; at < anchor->kept_size; at += strlen(anchor->kept + at) + 1) {
		(void)each(arg, anchor->kept + at);
	}
}
