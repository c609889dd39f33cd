/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is out of the ordinary in a case: mostly one kind of thing, so that cases stay near
 * to what is right. */

#pragma once

#include "random.h"
#include "specimen.h"

#define DRESS_NAMES (1u << 0) /* forms of names, and constraints on them */
#define DRESS_KEYS (1u << 1)  /* kinds of keys, digests of signatures */
#define DRESS_POLICIES (1u << 2)
#define DRESS_ODD (1u << 3) /* something odd (odd.h) */
#define DRESS_FAR (1u << 4) /* serial numbers and dates */
#define DRESS_COUNT 5

/* Behind them, the form of name that most of the names of the case are of. */
#define DRESS_FORM 8

unsigned dress_choose(struct random *random);

void dress_name(struct plan *plan, unsigned dress, struct random *random);
void dress_key(struct plan *plan, unsigned dress, struct random *random);
void dress_authority(struct plan *plan, unsigned dress, struct random *random);
void dress_leaf(struct plan *plan, unsigned dress, struct random *random);

/* One of the plans of a path, the leaf's last. */
void dress_odd(struct plan *plans, size_t count, unsigned dress, struct random *random);
