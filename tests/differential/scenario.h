/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A random case: who issued whom, what was sent, what DNS and the operator say. */

#pragma once

#include <stdio.h>

#include "specimen.h"
#include "dance.h"
#include "random.h"

#define SCENARIO_CERTIFICATE_MAX 16
#define SCENARIO_CHAIN_MAX 32
#define SCENARIO_RECORD_MAX 8
#define SCENARIO_STORE_MAX 3

/* Of nothing that there is. */
#define SCENARIO_NOBODY SIZE_MAX

struct scenario {
	const char *name;
	enum dance_role role;
	unsigned usages; /* as in dance_options */
	int64_t at;
	bool raw_key;
	unsigned dress; /* bits of what is out of the ordinary (dress.h) */

	size_t certificate_count;
	struct specimen certificates[SCENARIO_CERTIFICATE_MAX];
	size_t leaf, root;  /* numbers of certificates, as below */
	size_t chain_count; /* the leaf first */
	size_t chain[SCENARIO_CHAIN_MAX];
	size_t store_count; /* 0: no store at all */
	size_t store[SCENARIO_STORE_MAX];

	size_t record_count;
	struct dance_tlsa records[SCENARIO_RECORD_MAX];
	size_t targets[SCENARIO_RECORD_MAX]; /* whom each is of, or SCENARIO_NOBODY */
};

/* False if it could not be made. */
bool scenario_make(struct scenario *scenario, struct random *random);
void scenario_clear(struct scenario *scenario);

/* What the peer shows, as dance_judge() takes it; `octets` holds the chain. */
struct dance_peer scenario_peer(const struct scenario *scenario,
	struct dance_octets octets[SCENARIO_CHAIN_MAX]);

/* The bits of all usages that are on and that something can be done with. */
unsigned scenario_usages(const struct scenario *scenario);

/* Writes the store as PEM. */
void scenario_print_store(const struct scenario *scenario, FILE *stream);

/* Writes the case as a block of tests/vectors, and what is special about each certificate as
 * comments. */
void scenario_print(const struct scenario *scenario, const char *id, FILE *stream);
