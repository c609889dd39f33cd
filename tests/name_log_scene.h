/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A name log of the test's own, what it tells, and names that it tells of. */

#pragma once

#include "fake_clock.h"
#include "key_index.h"
#include "name_log.h"
#include "named.h"
#include "said.h"

#include <string.h>

static struct name_log name_log;

static inline int begin(void **state)
{
	(void)state;
	memset(&name_log, 0xa5, sizeof(name_log));
	said_begin(&name_log);
	fake_clock_set(1000000);
	return 0;
}

static inline void tells(size_t count)
{
	said_lines(&name_log, count);
}

static inline void tells_line(enum dance_log_level level, const char *text)
{
	said_line(&name_log, level, text);
}

/* An owner that a roster lists. */
static inline struct owner *listed(const char *text)
{
	static struct key_index_member member;
	struct name name = named(text);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->members = &member;
	return owner;
}

static inline void let_know(struct owner *owner, enum dance_verdict verdict,
	struct tlsa_set *set, uint64_t valid_until)
{
	knowledge_free(owner->knowledge);
	owner->knowledge = knowledge_new(verdict, set, valid_until, "");
	assert_non_null(owner->knowledge);
}

static inline struct tlsa_set *one_record(void)
{
	static const unsigned char digest[32];
	const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	return tlsa_set_new(&record, 1);
}

static inline const char *so_long(size_t size)
{
	static char text[2 * DANCE_LINE_SIZE];
	memset(text, 'w', size);
	text[size] = '\0';
	return text;
}
