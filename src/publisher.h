/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What answers leave known of names: publishes it to readers (RCU), enters keys in indexes,
 * tells the log, and gets rid of what it replaces. Makes no lookups. */

#pragma once

#include "change_counts.h"
#include "key_index.h"
#include "name_log.h"
#include "resolver_answer.h"

/* Names that are listed in this time after the context was made count as listed at once: how
 * long a host takes to read its configuration must not decide which name is known first. */
#define PUBLISHER_START_MS 60000

struct publisher {
	uint64_t made; /* clock_ms() of the context's making */
	struct name_log log;
	struct change_counts counts; /* by name; readers take no lock */
	struct knowledge *retired;
	struct key_index_entry *retired_entries;
	struct key_index_member *retired_members;
};

/* Lists an owner in an index with this rank, and enters what is known of it. If keys could not be
 * entered for want of memory, owner->unkept says so. */
void publisher_join(const struct publisher *publisher, struct key_index_member *member,
	struct key_index *index, struct owner *owner, uint32_t rank);

/* An answer on this name is there. */
void publisher_publish(struct publisher *publisher, struct owner *owner,
	const struct resolver_answer *answer);

/* Nobody finds these any more, but readers may still see them: publisher_reclaim() frees them. */
void publisher_retire(struct publisher *publisher, struct knowledge *knowledge);
void publisher_retire_member(struct publisher *publisher, struct key_index_member *member);

/* Frees what no reader can see any more. To be called without locks: readers of the host may
 * hold theirs while they wait for ours. False if there was nothing: else all who were readers when
 * it was called no longer are. */
bool publisher_reclaim(struct publisher *publisher);
