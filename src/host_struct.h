/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The structs that hosts hand over or have filled. A host may have been compiled with an older or
 * a newer dance.h than this one: what it knows of a struct is in the struct's first member, its
 * size. Knows sizes, and of fields that zero is the default. libdance-openssl has such structs
 * too. */

#pragma once

#include <string.h>

#include "dance.h"

/* What no host can do without: the structs as they were in the first release. */
#define HOST_END(type, field) \
	(offsetof(struct type, field) + sizeof(((struct type *)0)->field))
#define HOST_PEER_LEAST HOST_END(dance_peer, client_id_size)
#define HOST_OPTIONS_LEAST HOST_END(dance_options, max_stale_s)
#define HOST_CONTEXT_OPTIONS_LEAST HOST_END(dance_context_options, arg)
#define HOST_RESULT_LEAST HOST_END(dance_result, basis)

/* No struct of any version is larger: a greater size is no size. */
#define HOST_STRUCT_MAX 65536

/* Copies a host's struct into one of ours, of `size` octets. Fields that the host does not know
 * are zero. NULL, or why it cannot be taken: `size` was not set (less than `least`), or the
 * host sets a field that this libdance does not know, which it would have to ignore. */
static inline const char *host_struct_take(void *ours, size_t size, const void *theirs,
	size_t least)
{
	size_t known;
	memcpy(&known, theirs, sizeof(known));
	if (known < least || known > HOST_STRUCT_MAX) {
		return "its size is not set";
	}
	if (known == size) {
		memcpy(ours, theirs, size);
		return NULL;
	}
	const unsigned char *octets = theirs;
	for (size_t i = size; i < known; i++) {
		if (octets[i] != 0) {
			return "it sets a field that this version of libdance does not know";
		}
	}
	memset(ours, 0, size);
	memcpy(ours, theirs, known < size ? known : size);
	memcpy(ours, &size, sizeof(size));
	return NULL;
}

/* Where to write a result: the host's own, or `spare` if the host's is of an older version, which
 * is to be copied afterwards (dance_result_copy()). NULL if its size was not set. */
struct dance_result *host_result_begin(struct dance_result *theirs,
	struct dance_result *spare);
