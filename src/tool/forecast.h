/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What will go wrong with a name unless somebody acts: told beforehand. */

#pragma once

#include <stdint.h>

#include "ancestry.h"

#define FORECAST_MAX 6    /* each sentence of forecast_make() is said once */
#define FORECAST_SIZE 384 /* with a name of any length */

/* What is asked for. */
struct forecast_wish {
	int64_t span; /* seconds: signatures that end sooner are told of */
	bool roll;    /* a roll of the key is due or under way */
};

struct forecast {
	int64_t end; /* of the first signature, seconds since 1970; 0: not known */
	char name[DANCE_NAME_SIZE + 1]; /* what it is of */
	const char *type;
	size_t count;
	char sentences[FORECAST_MAX][FORECAST_SIZE];
};

/* What was found out. */
struct forecast_basis {
	const char *name;
	int64_t now;
	int64_t end;   /* of the signatures of its records; 0: not known */
	size_t usable; /* records */
	size_t others; /* of them, those that do not match what was shown; 0 without a chain */
	const struct ancestry *ancestry;
	const char *anchor; /* the file of the trust anchor */
};

void forecast_make(struct forecast *forecast, const struct forecast_wish *wish,
	const struct forecast_basis *basis);
